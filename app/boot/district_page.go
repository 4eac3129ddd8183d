package boot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"loaxa/app/district"
	"loaxa/app/trust"
)

// Files of the district's page.
const (
	accountsFile = "accounts.json"
	tokenFile    = "page.token" // shown by programs; Prometheus reads it as credentials_file
)

// tokenEnv holds the token for a page that is asked by its address.
const tokenEnv = "LOAXA_PAGE_TOKEN"

// openGate makes the page's door. The token is made at the first start and may
// be put anew by taking the file away.
func (r *running) openGate() (*district.Gate, error) {
	path := filepath.Join(r.Data, tokenFile)
	token, err := readToken(path)
	if errors.Is(err, fs.ErrNotExist) {
		token = district.NewToken()
		err = trust.WriteSecret(path, []byte(token+"\n"))
	}
	if err != nil {
		return nil, err
	}
	return district.NewGate(trust.OpenAccounts(filepath.Join(r.Data, accountsFile)), token), nil
}

func readToken(path string) (string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	t := strings.TrimSpace(string(b))
	if len(t) < 32 || len(t) > 256 {
		return "", fmt.Errorf("%s is damaged: take it away, and a new one is made at the next start", path)
	}
	return t, nil
}

// DistrictAccountOptions are the commands of `loaxa district account`.
type DistrictAccountOptions struct {
	Add    DistrictAccountAdd    `cmd:"" help:"Make an account, or give it a new password."`
	Remove DistrictAccountRemove `cmd:"" help:"Take an account away; whoever is logged in with it is out at once."`
	List   DistrictAccountList   `cmd:"" help:"Who has an account."`
}

// The commands of `loaxa district account`.
type (
	DistrictAccountAdd struct {
		Data string `help:"The district's folder; the running demonstration's without it." type:"path"`
		Name string `arg:"" help:"Name of the person."`
		secret
	}
	DistrictAccountRemove struct {
		Data string `help:"The district's folder; the running demonstration's without it." type:"path"`
		Name string `arg:"" help:"Name of the person."`
	}
	DistrictAccountList struct {
		Data string `help:"The district's folder; the running demonstration's without it." type:"path"`
	}
)

func accountsOf(data string) (trust.Accounts, error) {
	dir, err := districtDir(data)
	return trust.OpenAccounts(filepath.Join(dir, accountsFile)), err
}

// Run makes the account; a running district knows it at once.
func (o *DistrictAccountAdd) Run(_ context.Context, p Program) error {
	a, err := accountsOf(o.Data)
	if err != nil {
		return err
	}
	password, err := o.askTwice(p, o.Name)
	if err != nil {
		return err
	}
	return a.Set(o.Name, password)
}

// Run takes the account away.
func (o *DistrictAccountRemove) Run(context.Context, Program) error {
	a, err := accountsOf(o.Data)
	if err != nil {
		return err
	}
	return a.Remove(o.Name)
}

// Run prints the names.
func (o *DistrictAccountList) Run(_ context.Context, p Program) error {
	a, err := accountsOf(o.Data)
	if err != nil {
		return err
	}
	list, err := a.List()
	for _, one := range list {
		fmt.Fprintln(p.Out, one.Name)
	}
	return err
}
