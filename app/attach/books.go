package attach

import (
	"context"

	"loaxa/app/station"
)

func (c *Client) query(ctx context.Context, k kind, q station.LogQuery, progress func(done, total int64), v any) error {
	m := message{Kind: k}
	if err := m.put(q); err != nil {
		return err
	}
	return c.ask(ctx, m, progress, v)
}

// Log asks for rows of the as-run log, newest first.
func (c *Client) Log(ctx context.Context, q station.LogQuery) (p station.LogPage, err error) {
	err = c.query(ctx, kindLog, q, nil, &p)
	return p, err
}

// Aired asks for broadcasts with their receipts, newest first. It may give
// fewer than asked for while there are more: go on with the last one's Seq
// until none comes.
func (c *Client) Aired(ctx context.Context, q station.LogQuery) (as []station.Aired, err error) {
	err = c.query(ctx, kindAired, q, nil, &as)
	return as, err
}

// Export lets the station write the broadcasts that the query names to a file
// on its machine and returns the file's path.
func (c *Client) Export(ctx context.Context, q station.LogQuery, progress func(done, total int64)) (path string, err error) {
	err = c.query(ctx, kindExport, q, progress, &path)
	return path, err
}

// Map asks for the map behind the clusters.
func (c *Client) Map(ctx context.Context) (m station.Map, err error) {
	err = c.ask(ctx, message{Kind: kindMap}, nil, &m)
	return m, err
}

// ImportMap makes the GeoJSON file at an absolute path of the station's machine
// the station's map, and returns what was taken of it.
func (c *Client) ImportMap(ctx context.Context, path string) (m station.Map, err error) {
	err = c.ask(ctx, message{Kind: kindMapImport, Path: path}, nil, &m)
	return m, err
}

// Stop asks the station to end in order. It returns when the station has heard.
func (c *Client) Stop(ctx context.Context) error {
	var heard bool
	return c.ask(ctx, message{Kind: kindStop}, nil, &heard)
}
