"""All tools of the agent. A new tool is a pair of files and one entry here."""

from workers.agent.protocols import Tool
from workers.agent.tools.ask import Ask
from workers.agent.tools.compare import Compare
from workers.agent.tools.context import ContextTool, ToolContext
from workers.agent.tools.crop_asset import CropAsset
from workers.agent.tools.deviate import Deviate
from workers.agent.tools.edit_file import EditFile
from workers.agent.tools.finish import Finish
from workers.agent.tools.inspect_mockup import InspectMockup
from workers.agent.tools.list_files import ListFiles
from workers.agent.tools.list_states import ListStates
from workers.agent.tools.plan import Plan
from workers.agent.tools.read_file import ReadFile
from workers.agent.tools.read_text import ReadText
from workers.agent.tools.render import Render
from workers.agent.tools.replay import Replay
from workers.agent.tools.show_revision import ShowRevision
from workers.agent.tools.write_file import WriteFile

_CLASSES: tuple[type[ContextTool], ...] = (
    Plan,
    ListStates,
    InspectMockup,
    ReadText,
    CropAsset,
    WriteFile,
    EditFile,
    ReadFile,
    ListFiles,
    Render,
    Compare,
    Replay,
    ShowRevision,
    Deviate,
    Ask,
    Finish,
)
TOOLS = {tool.name: tool for tool in _CLASSES}


def build_toolbox(context: ToolContext, *, can_ask: bool = True) -> dict[str, Tool]:
    """The tools of one run, by name: those of a recording where it has one. `can_ask`: a person is
    there to answer."""
    without: set[type[ContextTool]] = set() if can_ask else {Ask}
    without |= set() if context.task.storyboard is not None else {ListStates, Replay}
    return {name: tool(context) for name, tool in TOOLS.items() if tool not in without}
