"""Names after words, in any script."""

import pytest

from workers.drafting.compose.roles import slug_of


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Account settings", "account-settings"),
        ("Địa chỉ", "dia-chi"),
        ("Größe wählen", "grosse-wahlen"),
        ("Настройки профиля", "nastroyki-profilya"),
        ("הגדרות", "hgdrvt"),
        ("€29", ""),
    ],
)
def test_a_name_is_in_latin_letters(text: str, slug: str) -> None:
    assert slug_of(text, 3) == slug
