package raster

import "strings"

// wrapAll lays paragraphs into at most limit rows of width pixels
// of the face; ok is false where they do not fit.
func wrapAll(paragraphs []row, width, limit int) (rows []row, ok bool) {
	for _, p := range paragraphs {
		if rows, ok = wrap(rows, p, width, limit); !ok {
			return nil, false
		}
	}
	return rows, true
}

// paragraphs draws the banner and the body, one row each, however long.
func paragraphs(head, body string) (out []row) {
	if head != "" {
		out = append(out, row{cells(head), true})
	}
	if strings.TrimSpace(body) == "" {
		return out
	}
	for p := range strings.SplitSeq(body, "\n") {
		out = append(out, row{cells(p), false})
	}
	return out
}

// wrap adds one paragraph, breaking it at spaces only: a word that is longer
// than a row does not fit.
func wrap(rows []row, p row, width, limit int) ([]row, bool) {
	var line []cell
	words := split(p.cells)
	if len(words) == 0 {
		words = [][]cell{nil}
	}
	for i, word := range words {
		if span(word) > width {
			return nil, false
		}
		if i > 0 && span(line)+halfWidth+span(word) > width {
			rows = append(rows, row{line, p.inverse})
			line = nil
		}
		if len(line) > 0 {
			line = append(line, cell{width: halfWidth, space: true})
		}
		line = append(line, word...)
		if len(rows) >= limit {
			return nil, false
		}
	}
	return append(rows, row{line, p.inverse}), true
}

// split divides letters at spaces, dropping them.
func split(all []cell) (words [][]cell) {
	start := 0
	for i, c := range all {
		if !c.space {
			continue
		}
		if i > start {
			words = append(words, all[start:i:i])
		}
		start = i + 1
	}
	if start < len(all) {
		words = append(words, all[start:])
	}
	return words
}

// oneLine puts everything behind each other for scrolling.
func oneLine(head, body, tail string) (parts []row) {
	if head != "" {
		parts = append(parts, row{cells(" " + head + " "), true}, row{cells(" "), false})
	}
	parts = append(parts, row{cells(strings.Join(strings.Fields(body), " ")), false})
	if tail != "" {
		parts = append(parts, row{cells(" "), false}, row{cells(" " + tail + " "), true})
	}
	return parts
}

// span is the width of letters in pixels of the face.
func span(all []cell) (w int) {
	for _, c := range all {
		w += c.width
	}
	return w
}
