package boot

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"

	"loaxa/app/trust"
)

// KeyOptions are the commands of `loaxa key`. They run on the officer's own
// machine; none talks to a network.
type KeyOptions struct {
	Make    KeyMake    `cmd:"" help:"Make a key for orders, protected by a passphrase."`
	Show    KeyShow    `cmd:"" help:"The public part of a key and its fingerprint."`
	Sign    KeySign    `cmd:"" help:"Build an order and sign it."`
	Direct  KeyDirect  `cmd:"" help:"Build a directive and sign it: a notice, a timetable, settings."`
	Approve KeyApprove `cmd:"" help:"Approve an order or a directive of another person."`
	Rotate  KeyRotate  `cmd:"" help:"Prepare the key that will follow, or change over to it."`
	Set     KeySetSign `cmd:"" help:"Build the set of keys that stations obey, and sign it."`
	Read    KeyRead    `cmd:"" help:"What stands in an order or a key set; proves nothing."`
}

// secret says where a passphrase comes from.
type secret struct {
	PassphraseFile string `help:"File whose first line is the passphrase; asked for without it." type:"path"`
}

// ask returns the passphrase of what.
func (s secret) ask(p Program, what string) (string, error) {
	if s.PassphraseFile != "" {
		b, err := os.ReadFile(s.PassphraseFile)
		if err != nil {
			return "", err
		}
		line, _, _ := strings.Cut(string(b), "\n")
		return strings.TrimSuffix(line, "\r"), nil
	}
	if p.In == nil || !term.IsTerminal(p.In.Fd()) {
		return "", errors.New("no terminal to ask for the passphrase: name a file with --passphrase-file")
	}
	fmt.Fprintf(p.Err, "Passphrase of %s: ", what)
	b, err := term.ReadPassword(p.In.Fd())
	fmt.Fprintln(p.Err)
	return string(b), err
}

// askTwice is for a passphrase that is about to be set.
func (s secret) askTwice(p Program, what string) (string, error) {
	a, err := s.ask(p, what)
	if err != nil || s.PassphraseFile != "" {
		return a, err
	}
	b, err := s.ask(p, what+", once more")
	if err == nil && a != b {
		err = errors.New("the two are not the same")
	}
	return a, err
}

const publicSuffix = ".pub"

// KeyMake is `loaxa key make`.
type KeyMake struct {
	File string `arg:"" help:"Where the key is written; FILE.pub is what others may have." type:"path"`
	Name string `help:"The holder, as stations show it." required:""`
	Work int    `help:"log2 of the stretching's cost." hidden:""`
	secret
}

// Run makes a key and never writes over one.
func (k *KeyMake) Run(p Program) error {
	if _, err := os.Lstat(k.File); err == nil {
		return fmt.Errorf("%s is there already: a key is never written over", k.File)
	}
	o, err := trust.NewOfficer(k.Name)
	if err != nil {
		return err
	}
	pass, err := k.askTwice(p, k.File)
	if err != nil {
		return err
	}
	if err := keepOfficer(k.File, o, pass, k.Work); err != nil {
		return err
	}
	if err := trust.SetCounter(k.File, 0); err != nil {
		return err
	}
	fmt.Fprintf(p.Out, "%s\n%s  %s\n", o.Name, o.ID(), trust.Short(o.ID()))
	return nil
}

// keepOfficer writes a key and its public part.
func keepOfficer(path string, o *trust.Officer, pass string, work int) error {
	b, err := o.Seal(pass, work)
	if err != nil {
		return err
	}
	pub, err := json.MarshalIndent(o.Public(), "", "  ")
	if err != nil {
		return err
	}
	if err := trust.WriteSecret(path, b); err != nil {
		return err
	}
	return writeFile(path+publicSuffix, append(pub, '\n'), 0o644)
}

func (s secret) open(p Program, path string) (*trust.Officer, string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, "", err
	}
	pass, err := s.ask(p, path)
	if err != nil {
		return nil, "", err
	}
	o, err := trust.OpenOfficer(b, pass)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", path, err)
	}
	return o, pass, nil
}

// KeyShow is `loaxa key show`.
type KeyShow struct {
	File string `arg:"" help:"The key, or its public part." type:"path"`
}

// Run prints the public part; no passphrase is needed.
func (k *KeyShow) Run(p Program) error {
	pub, err := readPublic(k.File)
	if err != nil {
		return err
	}
	id := trust.Fingerprint(pub.Key)
	fmt.Fprintf(p.Out, "%s\n%s  %s\n", pub.Name, id, trust.Short(id))
	if len(pub.Next) > 0 {
		id = trust.Fingerprint(pub.Next)
		fmt.Fprintf(p.Out, "%s  %s  next\n", id, trust.Short(id))
	}
	return nil
}

func readPublic(path string) (trust.OfficerPublic, error) {
	b, err := os.ReadFile(strings.TrimSuffix(path, publicSuffix) + publicSuffix)
	if err != nil {
		return trust.OfficerPublic{}, err
	}
	return trust.ParseOfficerPublic(b)
}

// KeyRotate is `loaxa key rotate`.
type KeyRotate struct {
	File   string `arg:"" help:"The key." type:"path"`
	Change bool   `help:"Use the next key from now on; the old one is thrown away."`
	Work   int    `hidden:""`
	secret
}

// Run makes the next key, or makes it the one in use. Its counter begins anew:
// numbers belong to a key.
func (k *KeyRotate) Run(p Program) error {
	o, pass, err := k.open(p, k.File)
	if err != nil {
		return err
	}
	if k.Change {
		err = o.Change()
	} else {
		err = o.Prepare()
	}
	if err != nil {
		return err
	}
	if err := keepOfficer(k.File, o, pass, k.Work); err != nil {
		return err
	}
	if k.Change {
		if err := trust.SetCounter(k.File, 0); err != nil {
			return err
		}
	}
	return (&KeyShow{File: k.File}).Run(p)
}
