"""The language models. The Gemini adapters are imported by `create_model`, when chosen."""

from coolwind.models.choice import ModelChoice, create_model
from coolwind.models.model import Completion, LanguageModel, Prompt
from coolwind.models.scripted import ScriptedModel
from coolwind.models.steadfast import Patience, SteadfastModel

__all__ = [
    "Completion",
    "LanguageModel",
    "ModelChoice",
    "Patience",
    "Prompt",
    "ScriptedModel",
    "SteadfastModel",
    "create_model",
]
