"""Names that no document has: ignored as a rule, refused in strict mode."""

from __future__ import annotations

import pytest

from contract_tests.tests.provider.conftest import TR
from emulator import Settings, create_app

APPROVED = "/integration/product/sellers/2738/products/approved"


@pytest.mark.parametrize("query", ["barcodes[]=a", "Barcode=a", "pageSize=5", "approved=true"])
def test_name_no_document_has_is_refused_in_strict_mode_alone(query: str) -> None:
    for strict, status in ((False, 200), (True, 400)):
        app = create_app(Settings(world="empty", strict=strict))
        try:
            answer = app.test_client().get(f"{APPROVED}?{query}", headers=TR)
            assert answer.status_code == status
            assert (answer.headers.get("X-Emulator-Rule") == "parameter-unknown") == strict
            assert app.test_client().get(f"{APPROVED}?barcode=a", headers=TR).status_code == 200
        finally:
            app.extensions["stages"].close_all()
