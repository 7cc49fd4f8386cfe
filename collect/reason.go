package collect

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/repligrant/repligrant/snapshot"
)

// The reasons that are not AWS error codes.
const (
	canceled      = "Canceled" // the run was interrupted
	timeout       = snapshot.Timeout
	unreachable   = snapshot.Unreachable
	lost          = "ConnectionLost" // it ended without an answer
	noProfile     = snapshot.ProfileNotFound
	needsMFA      = "MFARequired"   // the profile asks for a code
	noCredentials = "NoCredentials" // nobody is signed in
	failed        = "Failed"        // anything else

	accessDenied = "AccessDenied" // as AWS says it
)

// errorCode is the form of AWS's error codes. What does not look like one is
// not repeated: it may be a text that an answer put there.
var errorCode = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9.]{0,63}$`)

// reason says in one word why a call did not answer. It never holds an error's
// text: that of STS may repeat a session token.
func reason(ctx context.Context, err error) string {
	if ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
		return canceled
	}
	if answer, ok := errors.AsType[*answerError](err); ok {
		return answer.code
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorCode() != "UnknownError" && errorCode.MatchString(api.ErrorCode()) {
		return api.ErrorCode()
	}
	if answer, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && answer.HTTPStatusCode() >= http.StatusMultipleChoices {
		if answer.HTTPStatusCode() == http.StatusForbidden {
			return accessDenied // in a form that the SDK does not know
		}
		return "HTTP" + strconv.Itoa(answer.HTTPStatusCode())
	}
	if _, ok := errors.AsType[*smithy.DeserializationError](err); ok {
		return brokenAnswer
	}
	return transportReason(err)
}

// transportReason says why there was no answer at all.
func transportReason(err error) string {
	if _, ok := errors.AsType[config.SharedConfigProfileNotExistError](err); ok {
		return noProfile
	}
	if _, ok := errors.AsType[config.AssumeRoleTokenProviderNotSetError](err); ok {
		return needsMFA
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return timeout
	}
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		return timeout
	}
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
		return lost
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return unreachable
	}
	if _, ok := errors.AsType[*aws.RequestCanceledError](err); ok {
		return canceled
	}
	return failed
}

// code is the AWS error code of err, or "".
func code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

// expecting is where S3 names a bucket's Region in the message of an
// AuthorizationHeaderMalformed.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
var expecting = regexp.MustCompile(`expecting '([a-z0-9-]+)'`)

// otherRegion is the Region that S3's answer sends the caller to, or "".
func otherRegion(err error) string {
	api, _ := errors.AsType[smithy.APIError](err)
	if api == nil {
		return ""
	}
	named := ""
	switch api.ErrorCode() {
	case "PermanentRedirect", "TemporaryRedirect", "301", "MovedPermanently", "IllegalLocationConstraintException":
	case "AuthorizationHeaderMalformed":
		if m := expecting.FindStringSubmatch(api.ErrorMessage()); m != nil {
			named = m[1]
		}
	default:
		return ""
	}
	if answer, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && answer.Response != nil {
		if header := answer.Response.Header.Get("X-Amz-Bucket-Region"); header != "" {
			named = header
		}
	}
	if !region.MatchString(named) {
		return ""
	}
	return named
}
