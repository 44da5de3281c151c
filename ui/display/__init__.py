"""How results and interferograms are shown: the heatmap's layer, opacity and threshold, and re-wrapping."""
