"""Right clients of other authors, one file each: written from the vendor's pages and the driver guide alone.

They stand guard over the judge: whatever rule blames one of them is suspected first. Each profile has a
folder with three or more in two languages; mutation/independent.py finds them by their place.
Must not know: anything of this project, nor one another. They are not in the wheel.
"""
