"""What a person gave beside mockups, as files that a model can read and not write.

They are no part of the page: they lie in the blob store alone, under paths that no file of a page
can have, as none of its names begins with a dot.
"""

from webapp.studio.events import FileRef
from workers.agent.protocols import Blobs, Task
from workers.agent.workspace import WorkspaceError

FOLDER = ".references"
BASE_FOLDER = f"{FOLDER}/base"


def reference_files(task: Task) -> dict[str, FileRef]:
    """The rules and tokens of the task in their order, then a base that it began without, by the
    paths to read them under; of those that have one name, all but the first begin with a number."""
    files: dict[str, FileRef] = {}
    for one in task.guidelines:
        path, count = f"{FOLDER}/{one.file.path}", 1
        while path in files:
            count += 1
            path = f"{FOLDER}/{count}-{one.file.path}"
        files[path] = one.file
    return files | {f"{BASE_FOLDER}/{file.path}": file for file in task.base_aside}


def read_reference(file: FileRef, blobs: Blobs) -> str:
    """Raises WorkspaceError for pictures and other binary files."""
    try:
        return blobs.get(file.sha256).decode()
    except UnicodeDecodeError as error:
        raise WorkspaceError(f"{file.path!r} is not a text file.") from error
