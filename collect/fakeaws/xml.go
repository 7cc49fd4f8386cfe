package fakeaws

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// element is an XML element with text.
func element(name, text string) string {
	var b strings.Builder
	b.WriteString("<" + name + ">")
	_ = xml.EscapeText(&b, []byte(text)) // a Builder never fails
	b.WriteString("</" + name + ">")
	return b.String()
}

// elements are how S3's XML calls what AWS's JSON calls by another name. Lists
// have the name of one entry, and repeat it.
//
// See https://github.com/boto/botocore/blob/develop/botocore/data/s3/2006-03-01/service-2.json.
var elements = map[string]string{
	"Rules": "Rule", "Tags": "Tag", "Transitions": "Transition",
	"NoncurrentVersionTransitions": "NoncurrentVersionTransition",
	"TopicConfigurations":          "TopicConfiguration", "TopicArn": "Topic",
	"QueueConfigurations": "QueueConfiguration", "QueueArn": "Queue",
	"LambdaFunctionConfigurations": "CloudFunctionConfiguration", "LambdaFunctionArn": "CloudFunction",
	"Events": "Event", "FilterRules": "FilterRule",
}

// toXML writes a value in AWS's JSON shape as an XML element.
func toXML(name string, value any) (string, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	var shape any
	if err := json.Unmarshal(text, &shape); err != nil {
		return "", err
	}
	return shapeToXML(name, shape), nil
}

func shapeToXML(name string, shape any) string {
	var b strings.Builder
	switch v := shape.(type) {
	case map[string]any:
		b.WriteString("<" + name + ">")
		for _, key := range slices.Sorted(maps.Keys(v)) {
			b.WriteString(shapeToXML(elementName(name, key), v[key]))
		}
		b.WriteString("</" + name + ">")
	case []any:
		for _, entry := range v {
			b.WriteString(shapeToXML(name, entry))
		}
	case nil:
	default:
		b.WriteString(element(name, fmt.Sprint(v)))
	}
	return b.String()
}

// elementName is the XML name of a key. The filter of a notification is the
// one whose Key is a list of rules.
func elementName(parent, key string) string {
	if parent == "Filter" && key == "Key" {
		return "S3Key"
	}
	if name := elements[key]; name != "" {
		return name
	}
	return key
}
