"""Video on the store: run, look at a run again with other settings, and correct it so that the next head learns."""

from video.pipeline.classifier import classifier
from video.pipeline.correct import correct
from video.pipeline.labelled import Labelled, View, contract, exported, labelled
from video.pipeline.listing import every, videos
from video.pipeline.look import keyframe, live_file, live_keyframe, look, look_live
from video.pipeline.near import near, programme
from video.pipeline.plans import plan_script, rules
from video.pipeline.running import choose_detector, detector, keep, kept, register, run

__all__ = [
    "Labelled",
    "View",
    "choose_detector",
    "classifier",
    "contract",
    "correct",
    "detector",
    "every",
    "exported",
    "keep",
    "kept",
    "keyframe",
    "labelled",
    "live_file",
    "live_keyframe",
    "look",
    "look_live",
    "near",
    "plan_script",
    "programme",
    "register",
    "rules",
    "run",
    "videos",
]
