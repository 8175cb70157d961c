"""Let the demo's own pages embed as a partner's pages do, on whichever port it runs."""

from cms.partners.models import Partner

KEY = "demo-partner"
OWN_HOSTS = ("http://localhost:", "http://127.0.0.1:")


def allow_demo_pages(*, port: int) -> None:
    """Allow the demo's present origins in place of those of another port; others stay."""
    partner = Partner.objects.filter(slug=KEY).first()
    if partner is None:
        return
    others = [origin for origin in partner.allowed_origins if not origin.startswith(OWN_HOSTS)]
    origins = [*others, *(f"{host}{port}" for host in OWN_HOSTS)]
    if partner.allowed_origins != origins:
        partner.allowed_origins = origins
        partner.save(update_fields=["allowed_origins"])
