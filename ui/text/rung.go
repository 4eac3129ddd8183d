package text

import "loaxa/app/station"

// Rungs is what is on the air in the place of what is due; %s why.
type Rungs map[station.Rung]string

var viRungs = Rungs{
	station.RungStore:   "BẬC 2: cụm loa tự phát bài từ kho của mình, vì %s",
	station.RungFiller:  "BẬC 3: phát nhạc thay, vì %s",
	station.RungSilence: "BẬC 4: LOA IM, không có gì phát thay, vì %s",
}

var enRungs = Rungs{
	station.RungStore:   "STEP 2: the poles play it from their own store: %s",
	station.RungFiller:  "STEP 3: music in its place: %s",
	station.RungSilence: "STEP 4: SILENCE, nothing stands in: %s",
}
