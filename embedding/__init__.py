"""Images -> unit vectors: open_clip models behind one interface, FAISS indexes as a cache."""

from settings import set_default

# Threads that wait by spinning stall each other as soon as anything else runs on the machine: measured beside one
# other busy process on two cores, ViT-B-32 took 118 ms an image spinning and 24 ms sleeping. OpenMP reads this
# once, when torch is first imported.
set_default("OMP_WAIT_POLICY", "PASSIVE")
