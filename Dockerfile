# repligrant in an image with nothing else: no shell, no root, and the certificate
# authorities that TLS to AWS needs.
#
#   docker build -t repligrant .
#   docker run --rm --user "$(id -u):$(id -g)" \
#     -v "$HOME/.aws:/home/.aws:ro" -v "$PWD:/work" repligrant audit spec.yaml
#
# --user, because what repligrant writes, and most credentials, only their owner can read.
#
# GO is a tag. Whoever builds images for others pins it by digest, which the
# registry tells: docker build --build-arg GO=golang:1.26@sha256:... .
ARG GO=golang:1.26
FROM ${GO} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=""
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -o /repligrant \
    -ldflags "-s -w -X github.com/repligrant/repligrant/cmd/cli.release=${VERSION}" ./cmd/repligrant

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /repligrant /repligrant
USER 65532:65532
ENV HOME=/home
WORKDIR /work
ENTRYPOINT ["/repligrant"]
