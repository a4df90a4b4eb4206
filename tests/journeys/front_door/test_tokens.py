"""A token for a program: made, seen once, used, and revoked."""

from __future__ import annotations

from tests.factories.authorities import make_county


def test_a_token_is_made_seen_once_used_and_revoked(visitor):
    make_county("fenshire")
    county = make_county("moorland")
    admin = visitor().sign_in(county, "admin").goto("/moorland/tokens/")
    admin.reads("No token yet").check("tokens-none")
    admin.follow("Make a token").press("Make the token")
    admin.reads("Enter what the token is for", "Select what the token may do").check("token-new-wrong")
    admin.fill("What is it for?", "Finance system")
    admin.page.get_by_label("Only what I choose").check()
    admin.page.get_by_label("Schools and their contacts").first.check()
    admin.check("token-new")
    admin.press("Make the token").reads("Copy it now", "Finance system", "Authorization: Bearer").check("token-made")
    text = admin.page.locator("#token").inner_text().strip()

    asked = admin.page.request.get(
        f"{admin.site}/moorland/api/v1/schools/", headers={"Authorization": f"Bearer {text}"}
    )
    assert asked.status == 200
    assert len(asked.json()["results"]) == 2

    admin.follow("I have copied it").reads("Finance system", "Works").check("tokens")
    assert text not in admin.page.content()
    admin.follow("Everybody’s").reads("by Ada").check("tokens-of-all")
    admin.press("Revoke").reads("is revoked. Nothing opens by it any more.", "Revoked").check("tokens-revoked")
    again = admin.page.request.get(
        f"{admin.site}/moorland/api/v1/schools/", headers={"Authorization": f"Bearer {text}"}
    )
    assert again.status == 401
