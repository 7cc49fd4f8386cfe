package collect

import (
	"context"
	"errors"
	"fmt"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"

	"github.com/repligrant/repligrant/internal/reads"
)

// ErrReadOnly is the error of a call that is not on the list of reads. Nothing
// was sent.
var ErrReadOnly = errors.New("repligrant only reads")

// guard is the first of two guards: it refuses what is not on the list of
// reads, before anything is signed or sent. It stands at the end of its step,
// where the SDK has said of every service which operation it is. The second is
// [fence]. It lets the read of object pass, if that is not nil.
func guard(object *Object) func(*middleware.Stack) error {
	readOnly := func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
		service, operation := awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx)
		if _, ok := reads.Find(service, operation); !ok && !object.asked(in.Parameters) {
			return middleware.InitializeOutput{}, middleware.Metadata{}, fmt.Errorf("%w: %s.%s", ErrReadOnly, service, operation)
		}
		return next.HandleInitialize(ctx, in)
	}
	return func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("ReadOnly", readOnly), middleware.After)
	}
}
