"""The demo's short clips: what each shows and sounds like by plan, their pictures, and the files made of them."""
