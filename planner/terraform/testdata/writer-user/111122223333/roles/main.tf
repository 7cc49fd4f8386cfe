# Written by repligrant: step 1 of 3 in account 111122223333.
#
# The roles that S3 assumes to replicate, and who uploads. No access key is made: it
# would stand in the state.

resource "aws_iam_user" "videsk_connector" {
  name = "videsk-connector"
}

resource "aws_iam_user_policy" "videsk_connector__upload" {
  name = "upload"
  user = aws_iam_user.videsk_connector.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "UploadBucket"
      Effect   = "Allow"
      Action   = "s3:PutObject"
      Resource = "arn:aws:s3:::acme-recordings/uploads/*"
    }]
  })
}
