// Rounds a coordinate to the subpixel grid, on which lines are cut at tiles. Twin: stages/binning.py, snap.

int snap(float x) {
    precise float scaled = x * float(SUBPIXEL) + 0.5;
    return int(floor(scaled));
}
