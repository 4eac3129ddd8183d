package player

import "context"

func (p *Player) servePage(ctx context.Context) error { <-ctx.Done(); return p.opt.PageListen.Close() }
