package station

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// capLists are the closed lists of CAP 1.2, and the form of its times.
var capLists = map[string]string{
	"status": "Actual|Exercise|System|Test|Draft", "msgType": "Alert|Update|Cancel|Ack|Error", "scope": "Public|Restricted|Private",
	"category":     "Geo|Met|Safety|Security|Rescue|Fire|Health|Env|Transport|Infra|CBRNE|Other",
	"responseType": "Shelter|Evacuate|Prepare|Execute|Avoid|Monitor|Assess|AllClear|None",
	"urgency":      "Immediate|Expected|Future|Past|Unknown", "severity": "Extreme|Severe|Moderate|Minor|Unknown",
	"certainty": "Observed|Likely|Possible|Unlikely|Unknown", "sender": `[^\s,<&]+`, "identifier": `[^\s,<&]+`,
	"polygon": `-?[0-9.]+,-?[0-9.]+( -?[0-9.]+,-?[0-9.]+){3,}`, "circle": `-?[0-9.]+,-?[0-9.]+ [0-9.]+`,
}

func init() {
	for _, e := range []string{"sent", "effective", "onset", "expires"} {
		capLists[e] = `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d`
	}
}

// node is an element with what is in it.
type node struct {
	name, text string
	in         []*node
}

// inOrder holds a message against the standard.
func inOrder(t *testing.T, b []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(b))
	top := &node{}
	for stack := []*node{top}; ; {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		on := stack[len(stack)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			if tok.Name.Space != "urn:oasis:names:tc:emergency:cap:1.2" {
				t.Errorf("%s is of %q", tok.Name.Local, tok.Name.Space)
			}
			on.in = append(on.in, &node{name: tok.Name.Local})
			stack = append(stack, on.in[len(on.in)-1])
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			on.text += string(tok)
		}
	}
	top.in[0].check(t)
}

func (n *node) check(t *testing.T) {
	t.Helper()
	order, parent := capSequence[n.name]
	if form := capLists[n.name]; form != "" && !regexp.MustCompile("^("+form+")$").MatchString(n.text) {
		t.Errorf("%s is %q", n.name, n.text)
	}
	if !parent {
		if len(n.in) > 0 {
			t.Errorf("%s has elements in it", n.name)
		}
		return
	}
	last := 0
	have := map[string]bool{}
	for _, c := range n.in {
		at := slices.IndexFunc(order, func(o string) bool { return strings.TrimSuffix(o, "!") == c.name })
		if at < last {
			t.Errorf("%s: %s is out of its place or unknown", n.name, c.name)
		}
		last, have[c.name] = at, true
		c.check(t)
	}
	for _, o := range order {
		if name, must := strings.CutSuffix(o, "!"); must && !have[name] {
			t.Errorf("%s without %s", n.name, name)
		}
	}
}
