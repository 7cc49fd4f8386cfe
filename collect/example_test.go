package collect_test

import (
	"context"
	"fmt"
	"log"

	"github.com/repligrant/repligrant/collect"
	"github.com/repligrant/repligrant/collect/fakeaws"
	"github.com/repligrant/repligrant/snapshot"
)

// Two accounts are read, of which one lets nobody in. Here both are a fake on
// loopback; without Static and Endpoint it is AWS, with credentials of Profile.
func ExampleSnapshot() {
	world, err := snapshot.Parse("world.json", []byte(`{
		"schema": "repligrant.snapshot/v1",
		"accounts": {"111122223333": {"Listed": ["buckets"], "buckets": {"acme-orders": {
			"Region": "us-east-1", "Versioning": {"Status": "Enabled"}, "ReplicationConfiguration": null
		}}}}
	}`))
	if err != nil {
		log.Fatal(err)
	}
	aws, err := fakeaws.Start(world, fakeaws.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = aws.Close() }()
	id, secret := fakeaws.AccessKey("111122223333")
	key := &collect.Credentials{AccessKeyID: id, SecretAccessKey: secret}

	held, err := collect.Snapshot(context.Background(), []collect.Account{
		{ID: "111122223333", Static: key, Endpoint: aws.URL, Buckets: []collect.Bucket{{Name: "acme-orders"}}},
		{ID: "444455556666", Static: key, Endpoint: aws.URL},
	}, collect.Options{})
	if err != nil {
		log.Fatal(err)
	}
	versioning, _ := held.Accounts["111122223333"].Buckets["acme-orders"].Versioning.Get()
	fmt.Println("acme-orders has versioning:", versioning.Status)
	fmt.Println("444455556666:", held.Accounts["444455556666"].Errors["GetCallerIdentity"])
	// Output:
	// acme-orders has versioning: Enabled
	// 444455556666: the credentials are of account 111122223333
}
