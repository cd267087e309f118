"""The demo, as it ships: images, a film and clips with truth, their categories, and the built-in CLIP."""

from pathlib import Path

HERE = Path(__file__).resolve().parent


def model_folder() -> Path:
    """The built-in CLIP: configuration, fp16 weights, trimmed vocabulary (`bpe.txt.gz`), known words (`words.txt`)."""
    return HERE / "model"


def images_folder() -> Path:
    """The demo images, JPEG."""
    return HERE / "images"


def truth_file() -> Path:
    """Their truth: columns file, class, subclass."""
    return HERE / "truth.csv"


def taxonomy_file() -> Path:
    """Categories and prompts of the demo workspace."""
    return HERE / "taxonomy.yaml"


def video_file() -> Path:
    """The test video, H.264, about 40 seconds."""
    return HERE / "demo_mix.mp4"


def video_truth_file() -> Path:
    """Its exact segments and cuts."""
    return HERE / "demo_mix.json"


def clips_folder() -> Path:
    """Sixty short clips with sound, H.264 and AAC, for whole videos."""
    return HERE / "clips"


def clips_file() -> Path:
    """Their titles and their truth: columns file, title, programme, genre, tags (with semicolons between)."""
    return HERE / "clips.csv"


def questions_file() -> Path:
    """What is asked of them: facets of videos with their classes and prompts."""
    return HERE / "videos.yaml"
