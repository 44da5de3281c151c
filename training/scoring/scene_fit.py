"""Coefficients of the two probabilities of a scene, fitted on real files.

The coefficients a, b and c (see `engine.inference.calibration`) come from penalised logistic regressions: of
deformation against none, and among the files with deformation of earthquakes against other sources. Every
event or volcano has the same weight, however many files and forms of it there are. The penalty pulls towards
a = 1, b = c = 0, so that a few events cannot decide alone; c is never positive, so that more windows never
make deformation more probable.

Wrapped and unwrapped phase get coefficients of their own for a question where these describe files of
left-out events better than common ones do. Their penalty pulls towards the common coefficients.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...engine.errors import InputError
from ...engine.inference import calibration as engine
from ...engine.network.card import FORMS
from ..real.catalogue import EARTHQUAKE, OTHER, POSTSEISMIC
from .event_bootstrap import EventBootstrap
from .logistic import NETWORKS_OWN, fit_logistic, log_loss, prior_weights, probability

PRIOR = 0.3
"""Fraction of a user's interferograms that contain an earthquake; sample weights realise it."""
DEFORMATION_PRIOR = 0.5
"""Fraction of a user's interferograms that show deformation of either kind."""
QUESTIONS = ("deformation", "kind")
AUTO, NEVER, ALWAYS = "auto", "never", "always"
BY_FORM = (AUTO, NEVER, ALWAYS)
"""When forms get coefficients of their own: if it helps left-out events, never, or always."""
Coefficients = dict[tuple[str, str], np.ndarray]
"""By question and form; the form "" stands for all."""


def features(windows: Sequence[np.ndarray], answer: str, temperature: float) -> np.ndarray:
    """(evidence, 1, ln n) of each file for "deformation" or "kind", shape (N, 3)."""
    out = []
    for logits in windows:
        count = len(logits)
        out.append((engine.scene_evidence(logits, answer, temperature, count), 1.0, math.log(max(1, count))))
    return np.array(out)


@dataclass(frozen=True)
class SceneFit:
    """Coefficients of both questions, and what they say of each file.

    Attributes
    ----------
    coefficients : dict
        Fitted on all files; forms have an entry where they differ.
    without : dict of str to dict
        By group: coefficients fitted without it.
    files : SceneFiles
    by_form : dict of str to dict
        By question: "gain" in cross entropy of left-out files by coefficients of each form, its interval
        "low" and "high", and whether these were "adopted".
    """

    coefficients: Coefficients
    without: dict[str, Coefficients]
    files: SceneFiles
    by_form: dict[str, dict[str, Any]]

    def card(self) -> dict[str, Any]:
        """The coefficients as a model card has them."""
        out: dict[str, Any] = {}
        for (question, form), values in self.coefficients.items():
            table = out.setdefault(form, {}) if form else out
            table[question] = dict(zip("abc", values.tolist()))
        return out

    def left_out(self) -> tuple[np.ndarray, np.ndarray]:
        """Probability of deformation, and of an earthquake given deformation, without each file's group."""
        moves, share = np.zeros(len(self.files.group)), np.zeros(len(self.files.group))
        for group, coefficients in self.without.items():
            own = self.files.group == group
            moves[own], share[own] = (part[own] for part in self.files.probabilities(coefficients))
        return moves, share


class SceneFiles:
    """Features and truth of the files of a fit.

    Parameters
    ----------
    rows : sequence of dict
        Rows of ``scenes.csv`` and ``forms.csv``.
    windows : sequence of ndarray
        Raw logits of their windows.
    temperature : float
    prior, deformation_prior : float
        Fractions of a user's interferograms that contain an earthquake, and deformation of either kind.

    Attributes
    ----------
    group, form : ndarray of str, shape (N,)
    quake, moving, usable : ndarray of bool, shape (N,)
    priors : dict of str to float
        By question.
    """

    def __init__(
        self,
        rows: Sequence[dict[str, Any]],
        windows: Sequence[np.ndarray],
        temperature: float,
        prior: float,
        deformation_prior: float,
    ) -> None:
        label = np.array([row["label"] for row in rows])
        self.group = np.array([row["group"] for row in rows])
        self.form = np.array([_form_of(row) for row in rows])
        self.has_windows = np.array([len(logits) > 0 for logits in windows])
        self.usable = self.has_windows & (label != POSTSEISMIC)
        self.quake = label == EARTHQUAKE
        self.moving = self.quake | np.isin(label, OTHER)
        deformed = max(prior, deformation_prior)
        self.priors = {"deformation": deformed, "kind": prior / deformed}
        self._x = {question: features(windows, question, temperature) for question in QUESTIONS}

    def truth(self, question: str) -> np.ndarray:
        """The right answer of each file."""
        return self.moving if question == "deformation" else self.quake

    def counted(self, question: str) -> np.ndarray:
        """Files that a question is asked of: the kind of deformed ones only."""
        return self.usable if question == "deformation" else self.usable & self.moving

    def fit(self, rest: np.ndarray, forms: Sequence[str], questions: Sequence[str]) -> Coefficients:
        """Coefficients fitted on the files `rest`, bool (N,), of all forms and of each of `forms`."""
        out: Coefficients = {}
        for question in questions:
            used = rest & self.counted(question)
            out[question, ""] = common = self._fit(question, used, NETWORKS_OWN)
            for form in forms:
                out[question, form] = self._fit(question, used & (self.form == form), common)
        return out

    def _fit(self, question: str, used: np.ndarray, start: np.ndarray) -> np.ndarray:
        """Coefficients fitted on the `used` files; `start` where all are of one kind."""
        truth = self.truth(question)
        if not (used & truth).any() or not (used & ~truth).any():
            return start
        prior = self.priors[question]
        return fit_logistic(self._x[question][used], truth[used], self.group[used], prior, start=start)

    def answer(self, question: str, coefficients: Coefficients) -> np.ndarray:
        """Probability of an answer for every file, by its form's coefficients where there are such."""
        out = probability(self._x[question], coefficients[question, ""])
        for form in FORMS:
            if (question, form) in coefficients:
                own = self.form == form
                out[own] = probability(self._x[question][own], coefficients[question, form])
        return out

    def probabilities(self, coefficients: Coefficients) -> tuple[np.ndarray, np.ndarray]:
        """Probability of deformation, and of an earthquake given deformation, of every file."""
        moves = self.answer("deformation", coefficients) * self.has_windows
        return moves, self.answer("kind", coefficients)


def fit_scenes(
    rows: Sequence[dict[str, Any]],
    windows: Sequence[np.ndarray],
    temperature: float = 1.0,
    *,
    prior: float = PRIOR,
    deformation_prior: float = DEFORMATION_PRIOR,
    by_form: str = AUTO,
) -> SceneFit:
    """Fit the coefficients of the probabilities of deformation and of its kind.

    Parameters
    ----------
    rows, windows, temperature, prior, deformation_prior
        See `SceneFiles`.
    by_form : str
        One of `BY_FORM`.

    Raises
    ------
    InputError
        There are no files with, or none without an earthquake.
    """
    files = SceneFiles(rows, windows, temperature, prior, deformation_prior)
    usable = files.usable
    if not (usable & files.quake).any() or not (usable & ~files.quake).any():
        raise InputError("Calibration needs real files with and without an earthquake; score both kinds.")
    forms = [form for form in FORMS if by_form != NEVER and (files.form == form).any()]
    forms = forms if len(forms) == len(FORMS) else []
    whole = files.fit(usable, forms, QUESTIONS)
    without = {str(group): _fit_without(files, str(group), forms, whole) for group in np.unique(files.group)}
    gains = {question: _gain(files, question, without) for question in QUESTIONS} if forms else {}
    if by_form == AUTO:
        for gain in gains.values():
            gain["adopted"] = gain["low"] is not None and gain["low"] > 0
    refused = {question for question, gain in gains.items() if not gain["adopted"]}
    for coefficients in (whole, *without.values()):
        for question in refused:
            for form in forms:
                del coefficients[question, form]
    return SceneFit(whole, without, files, gains)


def _fit_without(files: SceneFiles, group: str, forms: Sequence[str], whole: Coefficients) -> Coefficients:
    """Coefficients fitted without a group; those of all files for a question that it has no part in."""
    own = files.group == group
    asked = [question for question in QUESTIONS if (own & files.counted(question)).any()]
    return {**whole, **files.fit(files.usable & ~own, forms, asked)}


def _gain(files: SceneFiles, question: str, without: dict[str, Coefficients]) -> dict[str, Any]:
    """What coefficients of each form save in cross entropy on files of left-out groups."""
    used = files.counted(question)
    truth, group = files.truth(question), files.group
    saved = np.zeros(len(truth))
    for name, coefficients in without.items():
        own = used & (group == name)
        common = {key: value for key, value in coefficients.items() if not key[1]}
        before, after = (files.answer(question, chosen)[own] for chosen in (common, coefficients))
        saved[own] = log_loss(before, truth[own]) - log_loss(after, truth[own])
    weight = prior_weights(truth[used], group[used], files.priors[question])
    drawn = EventBootstrap(group[used].tolist(), truth[used])
    low, high = drawn.ratio(weight * saved[used], weight) or (None, None)
    return {"gain": float(weight @ saved[used]), "low": low, "high": high, "adopted": True}


def _form_of(row: dict[str, Any]) -> str:
    """Form of the phase of a row, of `network.card.FORMS`; empty where old scores do not tell."""
    unwrapped = row.get("unwrapped")
    return "" if unwrapped is None else FORMS[int(unwrapped)]
