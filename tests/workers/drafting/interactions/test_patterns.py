"""What people do on pages, recognised, and written as it is usually written: used as a person
does."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.workers.drafting.interactions.recorded import Done, browser, draft_of

__all__ = ["browser"]
HEAD = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Page</title><style>*{box-sizing:"
    "border-box}body{margin:0;padding:20px;font:16px/1.5 'DejaVu Sans',sans-serif;color:#1d2733}"
    "h1{margin:0 0 14px;font-size:26px}[hidden]{display:none!important}"
)
FAQ = (
    HEAD + ".q{border:1px solid #bcd;border-radius:8px;margin-bottom:10px;width:420px}"
    ".q>b{display:block;padding:10px 14px;cursor:pointer}.q p{margin:0;padding:0 14px 12px}"
    "</style><h1>Questions</h1>"
    "<div class=q id=a><b>Is it heated?</b><p hidden>There is a stove.</p></div>"
    "<div class=q id=b><b>May I smoke?</b><p hidden>On deck alone.</p></div>"
    "<p>Write to us if yours is not here.</p><script>"
)
EACH = "document.querySelectorAll('.q').forEach(q=>q.firstChild.onclick=()=>q.lastChild.hidden^=1)"
ONE = (
    "const all=[...document.querySelectorAll('.q')];all.forEach(q=>q.firstChild.onclick=()=>"
    "all.forEach(o=>o.lastChild.hidden=o!==q||!o.lastChild.hidden))"
)


def test_what_unfolds_below_its_question_is_details_and_needs_no_script(
    browser: Browser, tmp_path: Path
) -> None:
    made = draft_of(
        browser, tmp_path, f"{FAQ}{EACH}</script>",
        Done("click", "#a b"), Done("click", "#b b"), Done("click", "#a b"), Done("click", "#b b"),
    )  # fmt: skip
    assert made.html.count("<details") == 2 and "script" not in made.html
    answer, below = made.page.get_by_text("There is a stove."), made.page.get_by_text("Write to")
    before = below.bounding_box()
    expect(answer).not_to_be_visible()
    made.page.get_by_text("Is it heated?").click()
    expect(answer).to_be_visible()
    after = below.bounding_box()
    assert before is not None and after is not None and 25 < after["y"] - before["y"] < 50
    made.page.get_by_text("May I smoke?").click()
    expect(answer).to_be_visible()
    made.page.get_by_text("Is it heated?").click()
    expect(answer).not_to_be_visible()


def test_where_one_answer_at_a_time_unfolds_the_other_folds(
    browser: Browser, tmp_path: Path
) -> None:
    made = draft_of(
        browser, tmp_path, f"{FAQ}{ONE}</script>", Done("click", "#a b"), Done("click", "#b b")
    )
    made.page.get_by_text("Is it heated?").click()
    made.page.get_by_text("May I smoke?").click()
    expect(made.page.get_by_text("On deck alone.")).to_be_visible()
    expect(made.page.get_by_text("There is a stove.")).not_to_be_visible()
    assert "script" not in made.html


def test_what_hovers_is_shown_by_the_stylesheet(browser: Browser, tmp_path: Path) -> None:
    made = draft_of(
        browser, tmp_path,
        HEAD + "#t{position:absolute;left:20px;top:160px;background:#234;color:#fff;"
        "padding:8px 12px;border-radius:6px;visibility:hidden}#k:hover~#t{visibility:visible}"
        "#k{background:#dde3ee;border-radius:8px;width:160px;text-align:center;padding:8px 12px}"
        "</style><h1>Prices</h1><div id=k>With delivery</div><div id=t>From ten euros on</div>",
        Done("hover", "#k"), Done("hover", "h1"),
    )  # fmt: skip
    assert "script" not in made.html
    tip = made.page.get_by_text("From ten euros on")
    expect(tip).not_to_be_visible()
    made.page.get_by_text("With delivery").hover()
    expect(tip).to_be_visible()
    made.page.get_by_text("Prices").hover()
    expect(tip).not_to_be_visible()


def test_a_switch_is_a_control_and_dark_mode_other_values_of_properties(
    browser: Browser, tmp_path: Path
) -> None:
    made = draft_of(
        browser, tmp_path,
        HEAD + "body{background:#fff}body.d{background:#14181f;color:#e8ecf2}.r{display:flex;width:"
        "420px;justify-content:space-between;padding:12px 16px;background:#eef1f4;"
        "border-radius:8px;margin-bottom:10px}.d .r{background:#232a35}button{width:52px;"
        "height:28px;border:0;"
        "border-radius:14px;background:#aab;position:relative}button:after{content:'';position:"
        "absolute;left:4px;top:4px;width:20px;height:20px;border-radius:50%;background:#fff}"
        "button.on{background:#26e}button.on:after{left:28px}</style><h1>Settings</h1>"
        "<div class=r>Dark colours<button id=a aria-label=Dark></button></div>"
        "<div class=r>Mail on Mondays<button id=b aria-label=Mail></button></div>"
        "<div class=r>Nothing else</div><script>for(const b of [a,b_=document.getElementById('b')])"
        "b.onclick=()=>{b.classList.toggle('on');if(b===a)document.body.classList.toggle('d')}"
        "</script>",
        Done("check", "#a", words="Dark"), Done("check", "#b", words="Mail"),
        Done("check", "#a", words="Dark"),
    )  # fmt: skip
    assert made.html.count("Nothing else") == 1
    page = made.page
    dark, mail = page.get_by_role("switch", name="Dark"), page.get_by_role("switch", name="Mail")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    dark.click()
    expect(dark).to_be_checked()
    expect(mail).not_to_be_checked()
    assert page.evaluate(ground) == "rgb(20, 24, 31)"
    mail.press(" ")
    expect(mail).to_be_checked()
    dark.click()
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    expect(mail).to_be_checked()


BOARD = (
    HEAD + "body{background:#0b7285}h1{color:#fff}#l{display:flex;gap:20px}.c{background:#e3f2f4;"
    "width:200px;min-height:220px;padding:12px;border-radius:10px}.c b{display:block;margin-bottom:"
    "10px}.k{background:#fff;border-radius:8px;padding:10px 12px;margin-bottom:10px}</style>"
    "<h1>Sprint</h1><div id=l><div class=c id=o><b>Open</b><div class=k id=k>Fix the gate</div>"
    "<div class=k>Paint the shed</div></div><div class=c id=d><b>Done</b><div class=k>Buy nails"
    "</div></div></div><script>let h;onpointerdown=e=>h=e.target.closest('.k');onpointerup=e=>{"
    "document.elementFromPoint(e.x,e.y).closest('.c').append(h)}</script>"
)


def test_cards_are_dragged_from_column_to_column_and_moved_by_keys(
    browser: Browser, tmp_path: Path
) -> None:
    made = draft_of(browser, tmp_path, BOARD, Done("drag", "#k", to="#d"))
    page = made.page
    done = page.locator("[data-column]").nth(1)
    page.get_by_text("Paint the shed").drag_to(done.get_by_text("Done"))
    expect(done).to_contain_text("Paint the shed")
    card = page.locator("[data-card]", has_text="Fix the gate")
    card.press("ArrowRight")
    expect(done).to_contain_text("Fix the gate")
    expect(card).to_be_focused()
    card.press("ArrowLeft")
    expect(done).not_to_contain_text("Fix the gate")


def test_a_menu_lies_over_the_page_with_its_shadow_and_leaves_by_escape(
    browser: Browser, tmp_path: Path
) -> None:
    made = draft_of(
        browser, tmp_path,
        HEAD + "body{background:#f2f4f7}#b{border:1px solid #889;background:#fff;border-radius:6px;"
        "padding:8px 16px;font:inherit}#m{position:absolute;left:20px;top:116px;width:180px;"
        "background:#fff;border-radius:8px;padding:8px 0;box-shadow:0 8px 20px #0004}#m div{"
        "padding:6px 16px}</style><h1>Notes</h1><button id=b>Sort</button><div id=m hidden>"
        "<div>By date"
        "</div><div>By name</div></div><script>b.onclick=()=>{m.hidden=!m.hidden}</script>",
        Done("click", "#b"), Done("click", "#b"),
    )  # fmt: skip
    page, button = made.page, made.page.get_by_text("Sort", exact=True)
    menu = page.locator("[data-dismiss]")
    assert 'aria-expanded="false"' in made.html
    button.click()
    expect(menu).to_contain_text("By date")
    expect(menu).to_be_visible()
    shadow = menu.evaluate("one => getComputedStyle(one).boxShadow")
    assert "rgba(0, 0, 0, 0.2" in shadow or "rgba(0, 0, 0, 0.3" in shadow, shadow
    page.keyboard.press("Escape")
    expect(menu).not_to_be_visible()
    button.click()
    page.mouse.click(400, 280)
    expect(menu).not_to_be_visible()


def test_what_takes_the_place_of_something_is_written_in_the_pages_flow(
    browser: Browser, tmp_path: Path
) -> None:
    made = draft_of(
        browser, tmp_path,
        HEAD + "button{border:1px solid #889;background:#fff;padding:8px 16px;font:inherit;"
        "border-radius:6px;margin-right:10px}</style><h1>Shoe</h1><button id=a>Details</button>"
        "<button id=b>Sizes</button><p id=p>Deep lugs for mud and loose rock.</p><script>a.onclick="
        "()=>p.textContent='Deep lugs for mud and loose rock.';b.onclick=()=>p.textContent="
        "'From 36 to 47, and half ones too.'</script>",
        Done("click", "#b"), Done("click", "#a"),
    )  # fmt: skip
    page = made.page
    old, new = page.get_by_text("Deep lugs"), page.get_by_text("From 36 to 47")
    at = old.bounding_box()
    page.get_by_text("Sizes").click()
    expect(old).not_to_be_visible()
    there = new.bounding_box()
    assert at is not None and there is not None and abs(at["y"] - there["y"]) <= 2
    assert new.evaluate("one => getComputedStyle(one.parentElement).position") == "static"
    page.get_by_text("Details").click()
    expect(old).to_be_visible()
    expect(new).not_to_be_visible()


TABLE_MENU = (
    HEAD
    + "body{background:#f5f7fa;padding:0}header{background:#fff;padding:12px 20px;border-bottom:"
    "1px solid #dfe5ec;display:flex;justify-content:flex-end}#b{border:1px solid #bbc;background:"
    "#fff;border-radius:6px;padding:6px 16px;font:inherit}main{padding:28px 20px}#c{background:"
    "#fff;"
    "border:1px solid #dfe5ec}#c div{padding:10px 14px;border-bottom:1px solid #edf1f5}#m{position:"
    "absolute;right:20px;top:52px;width:170px;background:#fff;border:1px solid #dfe5ec;"
    "border-radius:"
    "8px;padding:6px;box-shadow:0 8px 24px #1d273326}#m div{padding:6px 12px}</style><header>"
    "<button id=b>Ada</button></header><main id=n><h1>Bills</h1><div id=c><div>Coffee</div><div>"
    "Bakery</div></div></main><div id=m hidden><div id=p>Profile</div><div>Billing</div></div>"
    "<script>b.onclick=()=>{m.hidden=!m.hidden};p.onclick=()=>{m.hidden=true;n.innerHTML="
    "'<h1>Profile</h1><div id=c><div>Ada Marsh</div></div>'}</script>"
)


def test_a_menu_over_a_table_of_its_colour_is_over_it_and_its_entries_are_pressed_anywhere(
    browser: Browser, tmp_path: Path
) -> None:
    made = draft_of(
        browser, tmp_path, TABLE_MENU,
        Done("click", "#b"), Done("click", "#b"), Done("click", "#b"), Done("click", "#p"),
    )  # fmt: skip
    page, menu = made.page, made.page.locator("[data-dismiss]")
    heading = page.get_by_text("Bills", exact=True)
    first = heading.bounding_box()
    page.get_by_text("Ada", exact=True).click()
    expect(menu).to_be_visible()
    assert heading.bounding_box() == first
    box, entry = menu.bounding_box(), menu.get_by_text("Profile").bounding_box()
    assert box is not None and entry is not None and first is not None
    assert box["width"] > 150 and first["y"] > 75  # below the header as it was
    page.mouse.click(box["x"] + box["width"] - 24, entry["y"] + entry["height"] / 2)
    expect(page.get_by_text("Ada Marsh")).to_be_visible()
    expect(menu).not_to_be_visible()
