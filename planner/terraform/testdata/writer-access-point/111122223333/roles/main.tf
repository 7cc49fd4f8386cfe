# Written by repligrant: step 1 of 3 in account 111122223333.
#
# The roles that S3 assumes to replicate, and who uploads. No access key is made: it
# would stand in the state.

resource "aws_iam_role" "recorder" {
  name = "recorder"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = {
        AWS = "arn:aws:iam::111122223333:role/app"
      }
      Action = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "recorder__upload" {
  name = "upload"
  role = aws_iam_role.recorder.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "UploadBucket"
        Effect = "Allow"
        Action = [
          "s3:PutObject",
          "s3:AbortMultipartUpload",
          "s3:ListMultipartUploadParts",
        ]
        Resource = "arn:aws:s3:::acme-recordings/uploads/*"
        Condition = {
          StringEquals = {
            "s3:DataAccessPointArn" = "arn:aws:s3:us-west-1:111122223333:accesspoint/recordings"
          }
        }
      },
      {
        Sid    = "UploadAccessPoint"
        Effect = "Allow"
        Action = [
          "s3:PutObject",
          "s3:AbortMultipartUpload",
          "s3:ListMultipartUploadParts",
        ]
        Resource = "arn:aws:s3:us-west-1:111122223333:accesspoint/recordings/object/uploads/*"
      },
    ]
  })
}
