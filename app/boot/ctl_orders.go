package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"text/tabwriter"
	"time"

	"loaxa/app/district"
	"loaxa/app/station"
	"loaxa/app/trust"
	"loaxa/store/mirror"
)

// ordersFolder is where a district keeps what it carries.
const ordersFolder = "orders"

// CtlAbove is what concerns other keys than the desk's own, and the clusters
// themselves.
type CtlAbove struct {
	CtlPoles
	Late   CtlLate   `cmd:"" help:"What came too late to play by itself: list it, play, later or skip."`
	Clock  CtlClock  `cmd:"" help:"Say that the machine's clock is right, where the station does not believe it."`
	First  CtlFirst  `cmd:"" help:"Say which of two priority bulletins for the same places is first."`
	Order  CtlOrder  `cmd:"" help:"Bring a signed order or key set by file."`
	Enroll CtlEnroll `cmd:"" help:"Let a new cluster or board in by a code."`
	Rules  CtlRules  `cmd:"" help:"Hours of peace, and how long a slot may be."`
	Revoke CtlRevoke `cmd:"" help:"Let a cluster or board in no more; its link ends at once."`
}

// CtlOrder is `loaxa ctl order`.
type CtlOrder struct {
	File    string `arg:"" help:"Order or key set, as signed." type:"path"`
	Confirm bool   `help:"The machine's clock is wrong, and you have checked the order's times yourself."`
}

// Run brings an order to the station; it is judged like one that came by wire.
func (k *CtlOrder) Run(ctx context.Context, p Program, c *Ctl) error {
	doc, err := readDocument(k.File)
	if err != nil {
		return err
	}
	return RunCtl(ctx, c.Data, p.Build, p.Out, func(ctx context.Context, c *Caller) error {
		ctx, cancel := context.WithTimeout(ctx, callWait)
		defer cancel()
		a, err := c.client.Order(ctx, doc, k.Confirm)
		if err != nil {
			return err
		}
		if err := json.NewEncoder(c.out).Encode(a); err != nil {
			return err
		}
		if a.Code != orderObeyed && a.Code != orderUnsaved && a.Code != keysTaken {
			return &station.Refusal{Code: station.RefusalCode(a.Code)}
		}
		return nil
	})
}

// readDocument reads an order or a key set from a file.
func readDocument(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.LimitReader(f, mirror.MaxOrder+1))
	switch {
	case err != nil:
		return nil, err
	case len(b) > mirror.MaxOrder:
		return nil, fmt.Errorf("%s: more than %d bytes", path, mirror.MaxOrder)
	case !station.IsOrder(b) && !station.IsKeySet(b) && !station.IsDirective(b):
		return nil, fmt.Errorf("%s is neither an order, a directive nor a key set", path)
	}
	return b, nil
}

// DistrictOrderOptions are the commands of `loaxa district order`.
type DistrictOrderOptions struct {
	Put    DistrictOrderPut    `cmd:"" help:"Have a signed order or key set carried to the stations that it names."`
	Cancel DistrictOrderCancel `cmd:"" help:"Carry the cancel that was signed with an order."`
	List   DistrictOrderList   `cmd:"" help:"What is carried, and what stations answered."`
}

// The commands of `loaxa district order`.
type (
	DistrictOrderPut struct {
		Data string `help:"The district's folder; the running demonstration's without it." type:"path"`
		File string `arg:"" help:"Order or key set, as signed." type:"path"`
	}
	DistrictOrderCancel struct {
		Data string `help:"The district's folder; the running demonstration's without it." type:"path"`
		ID   string `arg:"" help:"The order's id."`
	}
	DistrictOrderList struct {
		Data string `help:"The district's folder; the running demonstration's without it." type:"path"`
		JSON bool   `help:"As JSON."`
	}
)

// Run lays the document into the district's folder.
func (o *DistrictOrderPut) Run(_ context.Context, p Program) error {
	doc, err := readDocument(o.File)
	if err != nil {
		return err
	}
	return putOrder(o.Data, doc, p.Out)
}

func putOrder(data string, doc []byte, out io.Writer) error {
	dir, err := districtDir(data)
	if err != nil {
		return err
	}
	name, err := district.PutOrder(filepath.Join(dir, ordersFolder), doc)
	if err == nil {
		fmt.Fprintln(out, name)
	}
	return err
}

// Run carries an order's own cancel.
func (o *DistrictOrderCancel) Run(_ context.Context, p Program) error {
	id, err := station.ParseOrderID(o.ID)
	if err != nil {
		return &UseError{err.Error()}
	}
	dir, err := districtDir(o.Data)
	if err != nil {
		return err
	}
	doc, err := district.CancelOf(filepath.Join(dir, ordersFolder), id)
	if err != nil {
		return err
	}
	return putOrder(dir, doc, p.Out)
}

// Run reads the folder; the district need not run.
func (o *DistrictOrderList) Run(_ context.Context, p Program) error {
	dir, err := districtDir(o.Data)
	if err != nil {
		return err
	}
	orders, err := district.OpenOrders(filepath.Join(dir, ordersFolder), time.Now)
	if orders == nil {
		return err
	}
	list := orders.Status()
	if o.JSON {
		e := json.NewEncoder(p.Out)
		e.SetIndent("", "  ")
		return errors.Join(err, e.Encode(list))
	}
	w := tabwriter.NewWriter(p.Out, 2, 8, 2, ' ', 0)
	for _, s := range list {
		what := fmt.Sprintf("%s\t%s %s\t%q\tuntil %s", s.ID, s.Kind, s.Class, s.Text, s.Expires.In(Saigon).Format("02/01/2006 15:04"))
		if s.Keys {
			what = "key set\t" + s.Hash[:16] + "\t\t"
		}
		fmt.Fprintln(w, what)
		var ids []string
		for id := range s.Answers {
			ids = append(ids, id)
		}
		sort.Strings(ids)
		for _, id := range ids {
			a := s.Answers[id]
			fmt.Fprintf(w, "\t%s\t%s\tsaved %t, final %t\n", trust.Short(id), a.Code, a.Saved, a.Final)
		}
	}
	return errors.Join(err, w.Flush())
}

// orderScan is how soon a document that was laid into the folder is seen.
const orderScan = 250 * time.Millisecond

// lookAtOrders carries what is put into the folder until ctx ends.
func (r *running) lookAtOrders(ctx context.Context, orders *district.Orders) {
	t := time.NewTicker(orderScan)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if err := orders.Scan(); err != nil {
				r.warn("a file among the orders", err)
			}
		}
	}
}
