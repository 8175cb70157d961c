"""How rows that hang on a page once for all its translations are edited: on the source alone."""

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import HelpPanel, InlinePanel


class ContentPageForm(WagtailAdminPageForm):
    """Leaves out the rows that a translation shares with its source: they are edited there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = self.instance.find_source()
        if self.source:
            for relation in self.instance.rows_of_source():
                self.formsets.pop(relation, None)


class SourceRowsPanel(InlinePanel):
    """Rows that hang on a page once for all its translations; those show where they are edited."""

    def on_model_bound(self) -> None:
        super().on_model_bound()
        hint = HelpPanel(template="core/panels/rows_of_source.html", heading=self.heading)
        self.hint = hint.bind_to_model(self.model)

    def get_bound_panel(self, **kwargs: Any) -> Any:
        form = kwargs.get("form")
        is_left_out = form is not None and self.relation_name not in form.formsets
        return self.hint.get_bound_panel(**kwargs) if is_left_out else super().get_bound_panel(**kwargs)
