package actions

import (
	_ "embed" // the catalogue is a file
	"slices"
	"strings"
	"sync"
)

// file is written by testdata/tools/catalogue.py; its head says what is in it.
//
//go:embed catalogue.tsv
var file string

// A catalogue is the file, decoded.
type catalogue struct {
	version, date string
	actions       []Action
	index         map[string]int // by name, in AWS's case and in lower case
	types         []ResourceType
	services      []string
	keys          map[string]Type // by name in lower case
	open          []string        // the keys that have a *
	global        map[string]bool // by name in lower case
	common        map[string][]string
}

// decoded is the catalogue. Nothing is decoded before somebody asks.
var decoded = sync.OnceValue(decode)

func decode() *catalogue {
	c := &catalogue{
		index:  make(map[string]int, 1024),
		keys:   make(map[string]Type, 512),
		global: map[string]bool{},
		common: map[string][]string{},
	}
	for line := range strings.Lines(file) {
		if !strings.HasPrefix(line, "#") {
			c.add(strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
		}
	}
	return c
}

// add takes one line, column by column. The file puts types before the actions
// that take them.
func (c *catalogue) add(row []string) {
	switch row[0] {
	case "version":
		c.version = row[1]
	case "date":
		c.date = row[1]
	case "global":
		c.addKey(row[1], Type(row[2]))
		c.global[strings.ToLower(row[1])] = true
	case "key":
		c.addKey(row[1], Type(row[2]))
	case "common":
		c.common[row[1]] = strings.Fields(row[2])
	case "type":
		service, name, _ := strings.Cut(row[1], ":")
		c.types = append(c.types, ResourceType{service, Resource(name), row[2], strings.Fields(row[3])})
	case "action":
		c.addAction(Action{Name: row[1], Access: fields[Access](row[2]), Resources: fields[Resource](row[3]), Keys: strings.Fields(row[4])})
	default:
		panic("actions: no line begins with " + row[0]) //nolint:forbidigo // the file is ours
	}
}

func (c *catalogue) addKey(name string, t Type) {
	name = strings.ToLower(name)
	c.keys[name] = t
	if strings.Contains(name, "*") {
		c.open = append(c.open, name)
	}
}

func (c *catalogue) addAction(a Action) {
	service := a.Service()
	if len(a.Keys) > 0 && a.Keys[0] == "+" {
		a.Keys = slices.Concat(c.common[service], a.Keys[1:])
	}
	for _, t := range c.types {
		if t.Service == service && a.Takes(t.Name) {
			a.types = append(a.types, t)
		}
	}
	if !slices.Contains(c.services, service) {
		c.services = append(c.services, service)
	}
	c.index[a.Name], c.index[strings.ToLower(a.Name)] = len(c.actions), len(c.actions)
	c.actions = append(c.actions, a)
}

func fields[T ~string](s string) []T {
	var out []T
	for f := range strings.FieldsSeq(s) {
		out = append(out, T(f))
	}
	return out
}
