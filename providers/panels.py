"""What this app adds to the editor of the procedure article."""

from cms.core.source_rows import SourceRowsPanel
from providers.forms import ProviderPageForm
from providers.models import ProviderPage
from services.models import ProcedurePage

ProviderPage.base_form_class = ProviderPageForm

ProcedurePage.add_panels(
    SourceRowsPanel("medical_reviews", heading="Medical review", label="Review", max_num=1), tab="Content"
)
