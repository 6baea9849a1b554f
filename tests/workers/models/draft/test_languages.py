"""Pages in other scripts than Latin, drawn and drafted: their words are in the HTML."""

import re
from pathlib import Path

import pytest

from webapp.studio.blobs import FileBlobs
from workers.agent.run_task import RunEnvironment
from workers.browser.renderer import Renderer
from workers.management.local_run import mockup_of, run_locally
from workers.models import make_model
from workers.shot import RenderRequest

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = """<!doctype html><meta charset=utf-8><html lang={language} dir={way}><style>
* {{ box-sizing: border-box }} body {{ margin: 0; background: #f4f5f9; color: #1f2430;
font: 15px/1.5 "DejaVu Sans" }} header {{ background: #fff; padding: 14px 28px; display: flex;
gap: 26px }} main {{ width: 600px; margin: 28px auto; padding: 26px; background: #fff; border: 1px
solid #dde1ea; border-radius: 10px }} h1 {{ margin: 0 0 14px; font-size: 25px }} label {{ display:
block; font-size: 13px; margin-bottom: 14px }} input {{ display: block; width: 100%; height: 40px;
margin-top: 6px; padding: 0 12px; border: 1px solid #c9cfdb; border-radius: 8px; font: inherit;
font-size: 15px }} button {{ font: bold 15px "DejaVu Sans"; padding: 10px 20px; border: 0;
border-radius: 8px; background: #2f5bea; color: #fff }}</style>
<header><b>{title}</b>{links}</header><main><h1>{title}</h1><p>{text}</p>
<label>{label}<input value="anna@primer.com"></label><button>{button}</button></main>"""
PAGES = {
    "ru": (
        "Настройки",
        ("Профиль", "Уведомления", "Оплата"),
        "Показывать цены с НДС, если покупатель живёт в Евросоюзе.",
        "Электронная почта",
        "Сохранить изменения",
    ),
    "vi": (
        "Cài đặt",
        ("Hồ sơ", "Thông báo", "Thanh toán"),
        "Hiển thị giá đã gồm thuế nếu khách hàng ở trong nước.",
        "Địa chỉ thư điện tử",
        "Lưu thay đổi",
    ),
    "he": (
        "הגדרות",
        ("פרופיל", "התראות", "תשלומים"),
        "המנוי בתוקף עד 12 במאי, ואחר כך יתחדש מעצמו.",
        "כתובת דואר",
        "שמירת שינויים",
    ),
}


@pytest.mark.parametrize("language", PAGES)
async def test_the_words_of_a_page_are_in_its_html(
    language: str, renderer: Renderer, tmp_path: Path
) -> None:
    title, links, text, label, button = PAGES[language]
    way = "rtl" if language == "he" else "ltr"
    drawn = tmp_path / "drawn"
    drawn.mkdir()
    (drawn / "index.html").write_text(
        PAGE.format(
            language=language,
            way=way,
            title=title,
            links="".join(f"<a>{link}</a>" for link in links),
            text=text,
            label=label,
            button=button,
        )
    )
    shot = await renderer.render(drawn, RenderRequest(width=760, height=460))
    png = tmp_path / "mockup.png"
    png.write_bytes(shot.png)
    blobs = FileBlobs(tmp_path / "blobs")
    mockup = mockup_of(png, blobs.put(shot.png), 1.0)
    page = await run_locally([mockup], make_model("draft"), RunEnvironment(blobs, renderer))
    html = page.files["index.html"].decode()
    written = re.sub(r"<[^>]*value=\"([^\"]*)\"[^>]*>", r" \1 ", html)
    words = re.sub(r"<[^>]+>", " ", written).split()
    asked = " ".join((title, *links, title, text, label, "anna@primer.com", button)).split()
    assert [word for word in asked if word not in words] == []
    assert f'<html lang="{language}"' in html
