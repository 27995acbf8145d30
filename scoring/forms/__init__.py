"""What people type about guidance, scoreboards, cards and evidence; read here, judged by the services."""

from scoring.forms.acts import HowForm, VerifierForm
from scoring.forms.appeals import AnswerForm, AppealForm, DecisionForm, ExplanationForm
from scoring.forms.cells import Cells, changed, read_cells
from scoring.forms.crosschecks import CrossPlanForm
from scoring.forms.evidence import CitationForm, EvidenceForm, NewerForm
from scoring.forms.frames import BoardForm, CopyForm, CriterionForm, FrameForm, MoveForm, SplitForm
from scoring.forms.guidance import GuidanceForm

__all__ = [
    "AnswerForm",
    "AppealForm",
    "BoardForm",
    "Cells",
    "CitationForm",
    "CopyForm",
    "CriterionForm",
    "CrossPlanForm",
    "DecisionForm",
    "EvidenceForm",
    "ExplanationForm",
    "FrameForm",
    "GuidanceForm",
    "HowForm",
    "MoveForm",
    "NewerForm",
    "SplitForm",
    "VerifierForm",
    "changed",
    "read_cells",
]
