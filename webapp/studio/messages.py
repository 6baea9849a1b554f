"""Every code with what a person reads: what happened, and the one thing to do next."""

from dataclasses import dataclass

from pydantic import BaseModel

from webapp.environment import SETUP_BROWSER
from webapp.studio.errors import MockwrightError


@dataclass(frozen=True)
class Message:
    text: str
    hint: str


class Problem(BaseModel):
    """An error as the API gives it."""

    code: str
    message: str
    hint: str


MESSAGES = {
    # what a person sent
    "bad_request": Message(
        "The request could not be understood.",
        "Reload the page; what a program may send stands under /api/docs.",
    ),
    "bad_after": Message(
        "The place to continue from must be a number, 0 or more.", "Reload the page."
    ),
    "bad_host": Message(
        "Mockwright is not served under this address.", "Open the address that it printed at start."
    ),
    "wrong_origin": Message(
        "This request came from another site, or from a program on another machine.",
        "Send it from Mockwright's own page, or with its address as the header Origin.",
    ),
    "not_found": Message("There is nothing at this address.", "Go back to your projects."),
    "method_not_allowed": Message(
        "This address does not take this kind of request.", "Look it up under /api/docs."
    ),
    "no_image": Message("There is no mockup yet.", "Add an image."),
    "too_many_images": Message("That is too many images for one project.", "Choose up to five."),
    "prompt_too_long": Message("The text is too long.", "Shorten it to 20,000 characters."),
    "unknown_stack": Message("This stack is not on offer.", "Choose one from the list."),
    "unknown_model": Message("This model is not on offer.", "Choose one from the list."),
    "variants_number": Message(
        "Variants are two to four takes on one brief.", "Choose so many, or generate one page."
    ),
    "variants_same": Message(
        "This model gives the same page each time.",
        "Take another model beside it, or add one under Models.",
    ),
    "arena_size": Message(
        "An arena has 1 to 50 mockups and 1 to 6 takes of each.", "Leave some for another arena."
    ),
    "arena_other_mockups": Message(
        "There is an arena of this name with other mockups.", "Give this one another name."
    ),
    "arena_active": Message(
        "Runs of this arena are still at work.", "Wait until they have ended, or stop them."
    ),
    "message_empty": Message("There are no words in this message.", "Write what should change."),
    "model_reads_no_words": Message(
        "This model follows the picture and reads no words.",
        "Choose a language model, or add one under Models, and send it again.",
    ),
    "edit_empty": Message("Nothing has changed.", "Change something in the code first."),
    "edit_refused": Message("This file cannot be changed here.", "Change another one."),
    "command_unknown": Message(
        "This is no plain command: it needs a language model.",
        "Add one under Models, or say it like “button green”, “remove”, “bigger”.",
    ),
    "command_target": Message(
        "It is not clear which element is meant.",
        "Select it in the preview, or say “all buttons”, “the first card”, “Sign in” in quotes.",
    ),
    "command_refused": Message("This cannot be done here.", "Say it of another element."),
    "element_refused": Message(
        "The element cannot be changed like this.", "Set another value, or change its code."
    ),
    "share_ended": Message(
        "This page is no longer shared.", "Ask whoever gave you the link for a new one."
    ),
    # model servers
    "bad_address": Message(
        "This is not the address of a model server.",
        "Write it like http://127.0.0.1:30000/v1, without a password or a question mark.",
    ),
    "bad_key": Message(
        "The key has characters that no key has.", "Copy it again, without spaces or line breaks."
    ),
    "bad_prices": Message(
        "A cost needs the price of input and of output.", "Fill in both, or neither."
    ),
    "no_model_name": Message(
        "The name of the model is missing.", "Press Test to see which names the server offers."
    ),
    "endpoint_key_elsewhere": Message(
        "The key was kept for another server.",
        "Enter the key for this address, or choose to use none.",
    ),
    "endpoint_key_unreadable": Message(
        "The key of this model can no longer be read: Mockwright's secret key has changed.",
        "Enter it again under Models.",
    ),
    "endpoint_removed": Message(
        "This model has been removed.",
        "Choose another one; a run goes on from where it is.",
    ),
    "test_running": Message("A test is running already.", "Wait until it ends."),
    "run_active": Message("The run is still at work.", "Stop it first, or wait until it ends."),
    # pictures
    "bad_image": Message(
        "This file is not a picture.",
        "Choose a PNG, JPEG, WebP, GIF, AVIF, HEIC, TIFF, BMP, SVG or PDF file.",
    ),
    "pdf_locked": Message(
        "This PDF is protected with a password.", "Save it without one and choose it anew."
    ),
    "file_svg": Message("This SVG drawing cannot be drawn.", "Export it as PNG."),
    "file_photoshop": Message("This is a Photoshop file.", "Export it as PNG."),
    "file_postscript": Message("This is a PostScript file.", "Export it as PNG or PDF."),
    "file_figma": Message("This is a Figma file.", "Export its frames as PNG or PDF."),
    "file_sketch": Message("This is a Sketch file.", "Export its artboards as PNG or PDF."),
    "file_xd": Message("This is an Adobe XD file.", "Export its artboards as PNG or PDF."),
    "file_affinity": Message("This is an Affinity file.", "Export it as PNG."),
    "file_gimp": Message("This is a GIMP file.", "Export it as PNG."),
    "file_krita": Message("This is a Krita file.", "Export it as PNG."),
    "file_icon": Message("This is an icon.", "Export it as PNG."),
    "file_jpeg_xl": Message("This is a JPEG XL picture.", "Export it as PNG."),
    "file_jpeg_2000": Message("This is a JPEG 2000 picture.", "Export it as PNG."),
    "file_raw": Message("This is a camera's raw picture.", "Export it as JPEG."),
    "file_video": Message("This is a video.", "Choose it on the start page, as a recording."),
    "file_sound": Message("This is a sound recording.", "Choose a picture."),
    "file_word": Message("This is a Word document.", "Save it as PDF."),
    "file_excel": Message("This is an Excel workbook.", "Take a screenshot of it."),
    "file_powerpoint": Message("This is a PowerPoint presentation.", "Save it as PDF."),
    "file_office": Message("This is an Office document.", "Save it as PDF."),
    "file_opendocument": Message("This is a LibreOffice document.", "Save it as PDF."),
    "file_iwork": Message("This is a Pages, Numbers or Keynote document.", "Save it as PDF."),
    "file_rich_text": Message("This is a rich text document.", "Save it as PDF."),
    "file_html": Message(
        "This is a web page.", "Take a screenshot of it, or zip its folder to start from it."
    ),
    "file_archive": Message("This is an archive.", "Unpack it and choose a picture in it."),
    "image_empty": Message("This file is empty.", "Save the picture again and choose it anew."),
    "image_truncated": Message(
        "This picture is damaged or incomplete.", "Export or download it again."
    ),
    "image_too_large": Message(
        "This picture has too many pixels.", "Scale or cut it to at most 8,000 pixels a side."
    ),
    "image_too_complex": Message(
        "This picture takes more memory or time to read than one may.",
        "Export it as PNG, at most 8,000 pixels a side.",
    ),
    "image_too_heavy": Message("This file is too large.", "Choose one of at most 20 MB."),
    # screen recordings
    "recording_unreadable": Message(
        "This file is not a recording that can be read.",
        "Choose an MP4, WebM, MOV, MKV, GIF or WebP file.",
    ),
    "recording_empty": Message("This recording is empty.", "Record it anew."),
    "recording_truncated": Message(
        "This recording is damaged or incomplete.", "Export or download it again."
    ),
    "recording_no_picture": Message(
        "This recording has sound and no picture.", "Record the screen, not the sound alone."
    ),
    "recording_no_frames": Message(
        "This recording has no frames: its picture never begins.", "Record it anew."
    ),
    "recording_too_long": Message(
        "This recording is longer than three minutes, or never ends.",
        "Cut it to what should be built.",
    ),
    "recording_too_heavy": Message("This recording is too large.", "Export it at most 200 MB."),
    "recording_too_large": Message(
        "This recording has too many pixels.", "Export it at most 4,096 pixels a side."
    ),
    "recording_too_complex": Message(
        "This recording takes more memory or time to read than one may.",
        "Export it as MP4 (H.264), at most 1080p.",
    ),
    "recording_encrypted": Message(
        "This recording is protected (DRM) and cannot be decoded.",
        "Record the screen yourself instead.",
    ),
    "recording_too_many_states": Message(
        "This recording shows too many different states.",
        "Cut it into parts of at most 64 states.",
    ),
    "recording_unknown": Message(
        "This file is not a recording.",
        "Choose an MP4, WebM, MOV or MKV file, or an animated GIF or WebP.",
    ),
    "recording_reader_lost": Message(
        "The recording could not be read to its end.", "Read it again, or record it anew."
    ),
    "recording_not_ready": Message(
        "The recording has not been read yet.", "Wait until its states are shown."
    ),
    "recording_not_refused": Message("The recording is being read, or was.", "Reload the page."),
    "recording_used": Message(
        "A project is made of this recording.", "Delete the project; its recording goes with it."
    ),
    "part_misplaced": Message(
        "Other bytes of this recording come next.", "Go on from where the upload stands."
    ),
    "storyboard_changed": Message(
        "The steps were changed elsewhere meanwhile.", "Keep yours, or take the others."
    ),
    # rules, design tokens, a page to start from
    "reference_unknown": Message(
        "This is neither rules, nor design tokens, nor a page to start from.",
        "Choose a .md, .txt, .json or .zip file.",
    ),
    "reference_empty": Message("This file is empty.", "Save it again and choose it anew."),
    "reference_too_large": Message(
        "This file is too long for rules or tokens.", "Keep what the page needs."
    ),
    "reference_not_text": Message("This file is not UTF-8 text.", "Save it as UTF-8."),
    "tokens_not_json": Message("This is not valid JSON.", "Correct it and choose it anew."),
    "too_many_references": Message(
        "That is too much beside the mockups.", "Remove some of the rules, tokens or bases."
    ),
    "base_not_zip": Message(
        "This file is not a zip, or it is damaged.", "Zip the page's folder again."
    ),
    "base_encrypted": Message("This zip is encrypted.", "Zip the folder without a password."),
    "base_too_large": Message(
        "This page is too large to start from.", "Leave out what it does not need."
    ),
    "base_too_many_files": Message(
        "This page has too many files to start from.", "Leave out what it does not need."
    ),
    "base_bad_name": Message(
        "It has a file that a page cannot have.", "Rename it or leave it out, and try again."
    ),
    "base_no_page": Message(
        "There is no index.html at the top of it.", "Choose the folder that holds one, or zip that."
    ),
    "base_not_text": Message(
        "Pages, styles and scripts have to be UTF-8 text.", "Save the file as UTF-8, and try again."
    ),
    "no_base": Message(
        "There is no page to import.", "Add a .zip or a folder that has an index.html."
    ),
    "body_too_large": Message("The upload is too large.", "Choose files of at most 20 MB each."),
    "text_too_large": Message(
        "There is too much text in this request: besides files, 2 MB are read.",
        "Shorten it, or send it in parts.",
    ),
    "request_timeout": Message(
        "It took too long to arrive.", "Check the network's connection, then send it again."
    ),
    # the machine
    "store_unavailable": Message(
        "The store of files does not answer.",
        "Start it, or correct MOCKWRIGHT_S3_ENDPOINT; then try again, or press Continue.",
    ),
    "store_refuses": Message(
        "The store of files refuses Mockwright's key.",
        "Correct MOCKWRIGHT_S3_KEY_ID and MOCKWRIGHT_S3_SECRET, then try again, or press Continue.",
    ),
    "store_has_no_bucket": Message(
        "The bucket for files does not exist.",
        "Create it, or correct MOCKWRIGHT_S3_BUCKET; then try again, or press Continue.",
    ),
    "store_full": Message(
        "The store of files is full.", "Free some space in it, then try again, or press Continue."
    ),
    "store_not_writable": Message(
        "The folder of files cannot be written to.",
        "Make it writable for Mockwright, then try again, or press Continue.",
    ),
    "disk_full": Message("The disk is full.", "Free some space, then press Continue."),
    "file_damaged": Message(
        "A stored file that this needs is damaged or gone.",
        "Upload the picture again, or restore “blobs” from a backup; then press Continue.",
    ),
    "queue_unavailable": Message(
        "It is saved, but the queue (Redis) cannot be reached.",
        "Start Redis; the run begins by itself.",
    ),
    "database_unavailable": Message("The database cannot be reached.", "Try again in a moment."),
    "not_built": Message("The interface has not been built.", "Run make setup."),
    "internal": Message(
        "Mockwright made a mistake.", "Press Continue; if it happens again, report it."
    ),
    # the work
    "no_browser": Message(
        "No browser was found to render with.", f"Run {SETUP_BROWSER}, then press Continue."
    ),
    "render_timeout": Message(
        "The page took too long to render.", "Press Continue to let the model try another way."
    ),
    "render_memory": Message(
        "The page used too much memory.", "Press Continue to let the model try another way."
    ),
    "render_crashed": Message("The browser crashed on this page.", "Press Continue to try again."),
    "browser_failed": Message(
        "The browser could not be started.", "Read the worker's messages, then press Continue."
    ),
    "page_missing": Message(
        "The page to render was never written.", "Press Continue to let the model try again."
    ),
    "worker_lost": Message(
        "The program doing the work ended several times.", "Press Continue to go on from here."
    ),
    "model_failed": Message("The model could not go on.", "Press Continue to try again."),
    "model_stuck": Message(
        "The model repeated itself and came no further.",
        "Say what it should do differently, or press Continue.",
    ),
    "model_unreachable": Message(
        "The model's endpoint does not answer.",
        "Start it, or correct its address under Models, then press Continue.",
    ),
    "build_failed": Message(
        "The code could not be built, so the page has no elements to change.",
        "Mend it under Code: the preview says which line it is.",
    ),
    "element_unknown": Message(
        "No file of the page holds this element: a script makes it.",
        "Select another element, or say in words which one you mean.",
    ),
    "model_no_proxy": Message(
        "The environment names a proxy that cannot be used.",
        "Write ALL_PROXY or HTTPS_PROXY with http://, https:// or socks5://, or add the endpoint's "
        "host to NO_PROXY; restart Mockwright, then press Continue.",
    ),
    "model_elsewhere": Message(
        "The model's endpoint sends on to another address.",
        "Enter that one under Models, if you trust it, then press Continue.",
    ),
    "model_unauthorised": Message(
        "The model's endpoint refused the key.",
        "Enter the key again under Models, then press Continue.",
    ),
    "model_unknown": Message(
        "The endpoint does not know this model.",
        "Choose one that it lists under Models, then press Continue.",
    ),
    "model_no_vision": Message(
        "This model cannot see pictures.", "Choose another one, or add one under Models."
    ),
    "model_no_tools": Message(
        "This model cannot call tools here.",
        "Start its server with a tool-call parser, or choose another model.",
    ),
    "model_context_exceeded": Message(
        "The conversation is too long for this model.",
        "Serve the model with a longer context, then press Continue.",
    ),
    "model_output_limit": Message(
        "The model's answers are cut off at its output limit.",
        "Allow longer answers under Models, or raise its server's own limit, and press Continue.",
    ),
    "model_request_too_heavy": Message(
        "The request has too many bytes for the model's server, or for a proxy before it.",
        "Raise the limit there (nginx: client_max_body_size), then press Continue.",
    ),
    "model_rate_limited": Message(
        "The model's endpoint takes no more requests for now.",
        "Wait a few minutes, then press Continue.",
    ),
    "model_no_credit": Message(
        "The account at the model's endpoint has no credit left.",
        "Add credit there, then press Continue.",
    ),
    "model_filtered": Message(
        "The content filter of the model's endpoint objects.",
        "Say it in other words, or choose another model.",
    ),
    "mini_unreachable": Message(
        "Kimi mini does not answer.",
        "Restart Mockwright with make up MODEL=mini, or correct MOCKWRIGHT_MINI_URL.",
    ),
    "mini_no_page": Message(
        "Kimi mini made no page of this mockup.",
        "It knows only simple pages of its own kind: choose another model.",
    ),
}


def message_for(code: str) -> Message:
    """The message of a code; an unknown code reads as a mistake of ours."""
    return MESSAGES.get(code, MESSAGES["internal"])


def explain(error: MockwrightError) -> Problem:
    """What a person reads of an error."""
    message = message_for(error.code)
    text = f"{message.text} {error.detail}".strip()
    return Problem(code=error.code, message=text, hint=message.hint)
