"""Give the front page of the demo clinic its headline. The clinic file has no key for it."""

from wagtail.models import Site

HEADLINE = "Move well. Feel at home in your body."


def greet_on_front_page() -> None:
    """Publish the headline, unless an editor wrote another one than the name that is there first."""
    page = Site.objects.get(is_default_site=True).root_page.specific
    if page.headline in ("", page.title):
        page.headline = HEADLINE
        page.save_revision(log_action=True).publish()
