"""Words and sentences of lower rooms that pages show as they come: they are keys, though no page writes them.

Errors are not here: `scripts/words.py` finds them where they are raised.
"""

from __future__ import annotations

from web.language.words import noted

ROLES = (noted("annotator"), noted("reviewer"), noted("owner"), noted("admin"))
STATES = (noted("promoted"), noted("new"), noted("retired"), noted("labels only"), noted("none"))
MODELS = (
    noted("Zero-shot"), noted("zero-shot"), noted("Head {n}"), noted("head {n}"), noted("Round {n}"), noted("zero-shot, {name}"), noted("prompts {n}"),
    noted("Blend"), noted("blend"), noted("text and graph, pull {n}"), noted("text, as often as labelled"),
    noted("graph, logistic regression"), noted("logistic regression, penalty {n}"),
    noted("logistic regression, as often as labelled, penalty {n}"), noted("graph propagation"), noted("text and clusters"),
    noted("Text and graph, pull {n}"), noted("Text, as often as labelled"), noted("Graph, logistic regression"),
    noted("Logistic regression, penalty {n}"), noted("Logistic regression, as often as labelled, penalty {n}"),
    noted("Graph propagation"), noted("Text and clusters"), noted("pull {n}"),
)  # fmt: skip
JUDGED = (
    noted("{n} images drawn at random, {n2} of them audit items"), noted("{n} images drawn at random"), noted("all {n} images"),
    noted("{n} chosen labels, each held out in turn, no fair sample of the images"),
    noted("{n} imported labels, each held out in turn, no fair sample of the images"),
    noted("{n} chosen images, each held out in turn, no fair sample"),
    noted("audit items"), noted("human labels"), noted("no source"), noted("others"),
)  # fmt: skip
REASONS = (
    noted("promoted as asked: {why}"), noted("not promoted as asked: {why}"), noted("promoted by {name}: {why}"),
    noted("promoted by {name}"), noted("imported from {name}"),
    noted("the blend of candidates ({n}% {name}) was right on {n2}% of {n3} held-out labels, {name2} alone on {n4}%"),
    noted("the blend of candidates ({n}% {name}) was right on {n2}% of {n3} held-out labels"),
    noted("{name} was right on {n}% of {n2} held-out labels, {name2} alone on {n3}%"),
    noted("{n} points against {name} (95 % interval {n2} to {n3})"),
    noted("No label can be held out yet."),
    noted("the labels lie in fewer than {n} groups (videos, duplicates), too few to measure the gain"),
    noted(
        "the gain is not known: there are {n} of the {n2} random labels that a claim takes, and these {n3} labels say little about "
        "other images. Label some in random order, then train again"
    ),
    noted("its gain over the current options is certain"), noted("no other has a certain gain over the current options"),
)  # fmt: skip
ADVICE = (
    noted("Every label has been reviewed."),
    noted("Fix the most suspicious labels first. Then check 20 random images to estimate the errors left."),
    noted("You can stop: at most {n}% of all labels are wrong and unseen."),
    noted("Nearly done: check 20 more random images to be more certain."),
    noted("Fix the most suspicious labels first. Then check 20 random videos to estimate the errors left."),
    noted("Nearly done: check 20 more random videos to be more certain."),
    noted("Continue by suspicion: it shows most of these errors first."),
    noted("Suspicion {n}: its neighbours do not agree on a class."),
    noted("Suspicion {n}: {n2} of its {n3} nearest verified images are {name}."),
    noted("Suspicion {n}: {n2} of its {n3} nearest images are {name}."),
    noted("Fitting the threshold needs {n} labels by people; there are {n2}."),
    noted("ffmpeg is not installed here; a plan needs it to run. Install it, for example with: apt-get install ffmpeg"),
)
HAPPENED = (
    noted("The head proposed labels, nothing that a person decided was changed"),
    noted("The prompts proposed labels, nothing that a person decided was changed"),
    noted("The head proposed labels as their neighbours favour, nothing that a person decided was changed"),
    noted("The prompts proposed labels as their neighbours favour, nothing that a person decided was changed"),
    noted("{who} proposed labels, nothing that a person decided was changed"),
    noted("{who} was unsure about {images}"), noted("{who} found that none of the classes fits {images}"),
    noted("{who} took the label off {images}"), noted("{who} decided on {images}"), noted("{who} labelled {images}"),
    noted("{who} ruled classes out for {images}"), noted("{who} labelled {images} as {name}"),
    noted("{who} ruled out {name} for {images}"), noted("{who} changed the encoder from {before} to {after}"),
    noted("{who} imported labels from {name}"), noted("{who} imported labels"), noted("{who} took a batch back"),
    noted("{who} took back: {what}"), noted("{who} took back what {other} did: {what}"), noted("{deed}, through their neighbours"),
    noted("{deed}, in bulk after a spot check"), noted("{deed} in the segments of {name}"), noted("{deed} in a video"),
    noted("{who} merged {name} into {other}"), noted("{who} split {name} into {names}"), noted("{who} added {name} below {other}"),
    noted("{who} added {name}"), noted("{who} retired {name}"), noted("{who} moved {name} to the top"),
    noted("{who} moved {name} below {other}"), noted("{who} renamed {before} to {after}"), noted("{who} imported {name}: {what}"),
    noted("{who} changed the prompts"), noted("The head"), noted("The prompts"),
)  # fmt: skip
ANSWERS = (noted("yes"), noted("no"), noted("unknown"))
MISSING = (
    noted("without a title"), noted("silent"), noted("without a sound track"), noted("with sound that cannot be read"),
    noted("with features to compute"), noted("set aside"), noted("files"), noted("images"), noted("videos"), noted("frames"),
)  # fmt: skip
WORK = (
    noted("Gain from more labels"), noted("Ranking labels by suspicion"), noted("Laying out {n} images"), noted("Placing {n} more"), noted("Building {name}"),
    noted("Covering borders and corners"), noted("{n} of {n2} embedded with {name}"), noted("Measuring"), noted("{name} stopped: {why}"),
)  # fmt: skip
OFFERS = (
    noted("The smallest, and better than ViT-B/32 on photographs (74.4 % on ImageNet)."),
    noted("The fastest of the free models; good for scenes and large objects (66.6 % on ImageNet)."),
    noted("Recognises smaller objects than ViT-B/32, at about a quarter of its speed (73.5 % on ImageNet)."),
    noted("The best of the free English models here; needs a graphics card, or a night (79.2 % on ImageNet)."),
    noted("Prompts in many languages; its image side is nearly as quick as ViT-B/32."),
    noted("Prompts in many languages, and the best accuracy here; needs a graphics card."),
    noted("English"), noted("109 languages, Chinese among them"), noted("apple-amlr: research only"),
)  # fmt: skip
VIDEO_MODELS = (
    noted("late fusion"), noted("mean, logistic"), noted("mean + top quarter, logistic"), noted("{name}, tested without {other}"),
    noted("title"), noted("sound"),
    noted("not promoted, the gain may be chance: {why}"), noted("not promoted, too few random labels: {why}"),
    noted("not promoted, something falls: {why}"), noted("promoted: {why}"),
    noted("{name} (macro mAP {n} by fold) stays: none of {n2} other models leads by more than one standard error"),
    noted("{name} stays: too few labelled videos to compare it with others"),
    noted("{n} points of mAP against {name} (95 % interval {n2} to {n3})"),
    noted("{n} points of F1 against {name} (95 % interval {n2} to {n3})"),
)  # fmt: skip
JOBS = (
    noted("Adding {name}"), noted("Changing the encoder {name}"), noted("Downloading {name}"), noted("Trying {name}"), noted("Training"),
    noted("Training {name}"), noted("Checking the head"), noted("Segmenting {name}"), noted("Proposing labels"), noted("Computing the map"),
    noted("Looking up {name}"), noted("Comparing models of {name}"), noted("Pretraining on the videos of {name}"),
    noted("Proposing labels of {name}"), noted("Looking at {name}"), noted("Importing {name}"), noted("Watching {name}"),
    noted("Pushing {name}"), noted("to {name}"), noted("back to {name}"), noted("to the built-in model"), noted("{n} uploaded images"),
    noted("1 uploaded image"), noted("{n} videos"), noted("{n} paths"),
    noted("s of video"), noted("steps"), noted("checks"), noted("prompts"), noted("models"), noted("labels"),
    noted("Sending the files"),
    noted("Log in with `hf auth login`, or set HF_TOKEN to a token that may write, then push again."),
    noted("Give a token that may write to this repository, then push again."),
    noted("What arrived stays there. Push again: it goes on where it stopped."),
    noted("Judging candidates on held-out labels"), noted("Fitting the head"),
    noted("{what}, step {n}, loss {n2}"), noted("{name} ({what} limits: {n}/s)"), noted("reading"), noted("decoding"), noted("the model"),
    noted("decoding on the processor"), noted("Reading its frames"), noted("Reading its sound"), noted("Looking for {name} at {host}"), noted("Cancelled. {what}"), noted("Cancelled."),
)  # fmt: skip
WATCHED = (
    noted("watch"),
    noted("Nothing is proposed: {why}"), noted("{name} cannot be reached. Is it mounted?"),
    noted("the workspace has no categories with prompts yet."),
)  # fmt: skip
REFUSED = (
    noted("this is not an image in a format that is read here"), noted("this is a web page, not an image"),
    noted("Save it as JPEG, PNG or WebP and add it again."), noted("the image is cut short"), noted("the image data is damaged ({what})"),
    noted("Save it with 8 bits a colour and add it again."), noted("Scale it down, or close other programs, and add it again."),
)  # fmt: skip
NOT_CARRIED = (
    noted("It holds one label a picture: labels of other facets are left out."), noted("That none of the classes fits is left out."),
    noted("A class below another is written as parent/child, without the tree."), noted("Confidences are left out."),
    noted("Source, person and time are left out."), noted("Answers `no` are left out."), noted("Answers `unsure` are left out."),
    noted("Frames of videos have no file of their own: these pictures are left out with their labels."),
    noted("Files that are gone: these pictures are left out with their labels."),
    noted("Files that were changed since they were added: these pictures are left out with their labels."),
    noted("Pictures of unknown size are left out with their labels."),
    noted("The pictures are not there: each is named by its path below the folder that was added."),
    noted("{name} holds labels by the place of the pictures. Copy or link them."),
    noted("{name} holds the pictures in its own files, so they cannot be linked. Copy them."),
    noted("Lance needs the extra: install it with `pip install 'sceneloop[lance]'`."),
)  # fmt: skip
