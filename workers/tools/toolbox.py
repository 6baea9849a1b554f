"""All tools of the agent. A new tool is a pair of files and one entry here."""

from workers.agent.protocols import Tool
from workers.tools.compare import Compare
from workers.tools.context import ToolContext
from workers.tools.crop_asset import CropAsset
from workers.tools.edit_file import EditFile
from workers.tools.finish import Finish
from workers.tools.inspect_mockup import InspectMockup
from workers.tools.list_files import ListFiles
from workers.tools.read_file import ReadFile
from workers.tools.read_text import ReadText
from workers.tools.render import Render
from workers.tools.write_file import WriteFile


def build_toolbox(context: ToolContext) -> dict[str, Tool]:
    """The tools of one run, by name."""
    tools: tuple[Tool, ...] = (
        InspectMockup(context),
        ReadText(context),
        CropAsset(context),
        WriteFile(context),
        EditFile(context),
        ReadFile(context),
        ListFiles(context),
        Render(context),
        Compare(context),
        Finish(context),
    )
    return {tool.name: tool for tool in tools}
