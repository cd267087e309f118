"""The names of everything the world shows, in English and Chinese, and the facts a picture can have.

A fact is a short string such as `class:nature`, `kind:forest` or `time:night`. A picture has facts, a caption claims
facts, and a caption is true of a picture when the picture has all that it claims.
"""

from __future__ import annotations

from dataclasses import dataclass

NATURE, GAME, DOCUMENT, OTHER = "nature", "animation_game", "document", "other"
CATEGORIES = (NATURE, GAME, DOCUMENT, OTHER)


@dataclass(frozen=True)
class Kind:
    """One sub-category.

    Attributes:
        category: one of `CATEGORIES`.
        group: what it is called between category and kind (`game`, `animation`, `paper`, `screen`, ...).
        names: English names, singular first, with an article where one is needed.
        plurals: the same in the plural.
        chinese: Chinese names.
    """

    category: str
    group: str
    names: tuple[str, ...]
    plurals: tuple[str, ...]
    chinese: tuple[str, ...]


def _kind(category: str, group: str, names: str, plurals: str, chinese: str) -> Kind:
    return Kind(category, group, tuple(names.split("; ")), tuple(plurals.split("; ")), tuple(chinese.split()))


KINDS: dict[str, Kind] = {
    "mountain": _kind(
        NATURE,
        "land",
        "a mountain; a mountain range; a peak; a mountain landscape; a hillside",
        "mountains; peaks; mountain ranges; hills",
        "山 高山 山峰 山脉",
    ),
    "glacier": _kind(
        NATURE,
        "land",
        "a glacier; ice and snow; a snowfield; an iceberg; an icy landscape; snow",
        "glaciers; icebergs; snowfields",
        "冰川 雪地 冰山 冰雪",
    ),
    "forest": _kind(
        NATURE,
        "land",
        "a forest; woods; a woodland; a jungle; trees in a forest",
        "forests; trees; woods; woodlands; jungles",
        "森林 树林 丛林",
    ),
    "tree": _kind(
        NATURE, "land", "a tree; a single tree; a lone tree in a field", "trees; a few trees", "树 大树 树木"
    ),
    "meadow": _kind(
        NATURE,
        "land",
        "a meadow; a grass field; grassland; a green field; a prairie; a hill with grass",
        "meadows; fields; grasslands; green hills",
        "草地 草原 田野",
    ),
    "desert": _kind(
        NATURE, "land", "a desert; sand dunes; a sandy desert; a dune", "deserts; dunes; sand dunes", "沙漠 沙丘"
    ),
    "canyon": _kind(
        NATURE,
        "land",
        "a canyon; a cliff; a rock face; a gorge; a rocky valley",
        "canyons; cliffs; rocks; gorges",
        "峡谷 悬崖 岩石",
    ),
    "sea": _kind(
        NATURE,
        "water",
        "the sea; the ocean; open water; a seascape; sea waves",
        "seas; oceans; waves",
        "海 大海 海洋 海浪",
    ),
    "beach": _kind(
        NATURE,
        "water",
        "a beach; a sandy beach; the seaside; a coast; a shore",
        "beaches; coasts; shores",
        "海滩 沙滩 海边 海岸",
    ),
    "lake": _kind(
        NATURE, "water", "a lake; a pond; a calm lake; a lake with reflections", "lakes; ponds", "湖 湖泊 池塘"
    ),
    "river": _kind(
        NATURE, "water", "a river; a stream; a creek; flowing water; a brook", "rivers; streams; creeks", "河 河流 小溪"
    ),
    "waterfall": _kind(NATURE, "water", "a waterfall; falling water; a cascade", "waterfalls; cascades", "瀑布"),
    "sky": _kind(
        NATURE,
        "air",
        "the sky; a cloudy sky; clouds in the sky; a blue sky; a sky with stars",
        "skies; clouds",
        "天空 云 蓝天 云朵",
    ),
    "flower": _kind(
        NATURE,
        "life",
        "a flower; a blossom; a flower in a garden; a plant in bloom",
        "flowers; blossoms; petals; plants",
        "花 花朵 植物",
    ),
    "animal": _kind(
        NATURE,
        "life",
        "an animal; a wild animal; a bird; a dog; a cat; wildlife; a horse",
        "animals; wild animals; birds; dogs; cats",
        "动物 鸟 野生动物",
    ),
    "underwater": _kind(
        NATURE,
        "life",
        "a coral reef; fish under water; an underwater scene; the sea floor",
        "coral reefs; fish; fishes",
        "海底 珊瑚 鱼 水下",
    ),
    "platformer": _kind(
        GAME,
        "game",
        "a platform game; a platformer; a side scrolling game; a jump and run game",
        "platform games; platformers",
        "平台游戏 横版游戏",
    ),
    "rpg": _kind(
        GAME,
        "game",
        "a role playing game; an rpg; a top down game map; an adventure game",
        "role playing games; rpgs; adventure games",
        "角色扮演游戏 冒险游戏",
    ),
    "shooter": _kind(
        GAME,
        "game",
        "a space shooter; a shooting game; a game with space ships",
        "space shooters; shooting games",
        "射击游戏 太空游戏",
    ),
    "maze": _kind(
        GAME, "game", "a maze game; a labyrinth game; a maze", "maze games; mazes; labyrinths", "迷宫游戏 迷宫"
    ),
    "arcade": _kind(
        GAME,
        "game",
        "an arcade game; a retro game; an old console game; an atari style game",
        "arcade games; retro games; old console games",
        "街机游戏 复古游戏",
    ),
    "puzzle": _kind(
        GAME,
        "game",
        "a puzzle game; a falling block game; a matching game",
        "puzzle games; matching games",
        "益智游戏 方块游戏",
    ),
    "racing": _kind(
        GAME, "game", "a racing game; a car racing game; a driving game", "racing games; driving games", "赛车游戏"
    ),
    "strategy": _kind(
        GAME,
        "game",
        "a strategy game; a city building game; an isometric game",
        "strategy games; isometric games",
        "策略游戏",
    ),
    "fighting": _kind(GAME, "game", "a fighting game; two fighters in a game", "fighting games", "格斗游戏"),
    "board": _kind(
        GAME,
        "game",
        "a board game on a screen; a card game; a chess game",
        "board games; card games",
        "棋牌游戏 卡牌游戏",
    ),
    "menu": _kind(
        GAME,
        "game",
        "a game menu; a title screen; a start screen of a game",
        "game menus; title screens",
        "游戏菜单 标题画面",
    ),
    "sports": _kind(
        GAME,
        "game",
        "a sports game; a football video game; a soccer game on a console",
        "sports games",
        "体育游戏 足球游戏",
    ),
    "world": _kind(
        GAME,
        "game",
        "a 3d game; a first person game; a game world in 3d; a polygon game world",
        "3d games; first person games",
        "三维游戏 第一人称游戏",
    ),
    "shapes": _kind(
        GAME,
        "graphics",
        "a 3d graphics demo; rendered 3d shapes; computer graphics; a cube and a sphere on a grid",
        "3d shapes; rendered cubes; rendered spheres",
        "三维图形 计算机图形",
    ),
    "dungeon": _kind(
        GAME,
        "game",
        "a dungeon game; a dungeon crawler; a dark cellar in a game",
        "dungeon games; dungeon crawlers",
        "地牢游戏",
    ),
    "cartoon": _kind(
        GAME,
        "animation",
        "a cartoon landscape; a drawn landscape; a cartoon scene; a scene of an animated film",
        "cartoon landscapes; drawn landscapes; cartoon scenes",
        "卡通风景 动画场景",
    ),
    "character": _kind(
        GAME,
        "animation",
        "a cartoon character; an anime character; an animated character; a cartoon animal",
        "cartoon characters; anime characters",
        "卡通人物 动漫人物",
    ),
    "novel": _kind(
        GAME,
        "animation",
        "a visual novel; an anime game with dialogue; a character with a text box",
        "visual novels",
        "视觉小说",
    ),
    "comic": _kind(GAME, "animation", "a comic; a comic strip; a manga page", "comics; comic strips", "漫画"),
    "battle": _kind(
        GAME,
        "game",
        "a battle in a role playing game; a fight against monsters; a game with monsters; a turn based battle",
        "game battles; monster fights; battles with monsters",
        "回合制战斗 怪物战斗",
    ),
    "adventure": _kind(
        GAME,
        "game",
        "a point and click adventure; a story game; a painted game scene; a console game",
        "point and click adventures; story games; console games",
        "文字冒险 剧情游戏",
    ),
    "cutscene": _kind(
        GAME,
        "animation",
        "a cutscene of a game; a still of an anime film; a frame of a cartoon film; an animated movie scene",
        "cutscenes; anime films; cartoon films",
        "过场动画 动画电影",
    ),
    "scroller": _kind(
        GAME,
        "game",
        "a side scrolling shooter; an action game; a game with enemies",
        "action games; side scrolling shooters",
        "动作游戏",
    ),
    "flat_shapes": _kind(
        GAME,
        "graphics",
        "coloured shapes; simple graphics; circles and triangles; a 2d graphics demo",
        "flat shapes; simple shapes; graphics demos",
        "平面图形 简单图形",
    ),
    "mesh": _kind(
        GAME,
        "graphics",
        "a polygon mesh; a rendered terrain; a wireframe; a low poly model",
        "polygon meshes; wireframes; low poly models",
        "多边形网格",
    ),
    "particles": _kind(
        GAME,
        "graphics",
        "a particle effect; particles on a screen; a physics demo",
        "particle effects; particles",
        "粒子效果",
    ),
    "model_view": _kind(
        GAME,
        "graphics",
        "a 3d scene with blocks; cubes on a grid; a 3d camera demo; a scene in a game engine",
        "3d scenes with blocks; 3d demos",
        "三维场景 游戏引擎",
    ),
    "text": _kind(
        DOCUMENT,
        "paper",
        "a page of text; a text page; a book page; a printed page; an article",
        "pages of text; text pages; book pages; printed pages",
        "文字页 书页 文章",
    ),
    "newspaper": _kind(
        DOCUMENT, "paper", "a newspaper; a magazine page; a newspaper page", "newspapers; magazine pages", "报纸 杂志"
    ),
    "table": _kind(
        DOCUMENT, "paper", "a table; a table of numbers; a data table", "tables; tables of numbers", "表格 数据表"
    ),
    "receipt": _kind(
        DOCUMENT,
        "paper",
        "a receipt; a shop receipt; a bill; an invoice; a till slip",
        "receipts; bills; invoices",
        "收据 小票 发票",
    ),
    "form": _kind(
        DOCUMENT, "paper", "a form; an application form; a form to fill in", "forms; application forms", "表单 申请表"
    ),
    "handwriting": _kind(
        DOCUMENT,
        "paper",
        "handwriting; a handwritten note; a handwritten letter",
        "handwritten notes; letters",
        "手写 笔记 信",
    ),
    "chart": _kind(
        DOCUMENT,
        "paper",
        "a chart; a bar chart; a graph; a line graph; a pie chart; a plot",
        "charts; graphs; plots; bar charts",
        "图表 柱状图 曲线图",
    ),
    "slide": _kind(
        DOCUMENT,
        "screen",
        "a slide; a presentation slide; a lecture slide; a slide with bullet points",
        "slides; presentation slides; lecture slides",
        "幻灯片 演示文稿",
    ),
    "diagram": _kind(
        DOCUMENT, "paper", "a diagram; a flow chart; boxes and arrows", "diagrams; flow charts", "流程图 示意图"
    ),
    "map": _kind(DOCUMENT, "paper", "a map; a street map; a city map", "maps; street maps", "地图"),
    "poster": _kind(
        DOCUMENT,
        "paper",
        "a poster; a book cover; a certificate; a notice",
        "posters; book covers; notices",
        "海报 封面 证书",
    ),
    "window": _kind(
        DOCUMENT,
        "screen",
        "an application window; a user interface; a software screenshot; a screenshot of an app",
        "application windows; user interfaces; software screenshots",
        "软件界面 应用截图 用户界面",
    ),
    "webpage": _kind(
        DOCUMENT,
        "screen",
        "a web page; a website; a screenshot of a website; a browser window",
        "web pages; websites",
        "网页 网站",
    ),
    "code": _kind(
        DOCUMENT,
        "screen",
        "source code; program code; code in an editor; a code editor",
        "lines of code; code editors",
        "代码 程序",
    ),
    "terminal": _kind(
        DOCUMENT, "screen", "a terminal; a command line; a console with text", "terminals; command lines", "终端 命令行"
    ),
    "spreadsheet": _kind(
        DOCUMENT, "screen", "a spreadsheet; a worksheet; cells in a spreadsheet", "spreadsheets; worksheets", "电子表格"
    ),
    "phone": _kind(
        DOCUMENT,
        "screen",
        "a phone screen; a mobile app; a smartphone screenshot",
        "phone screens; mobile apps",
        "手机屏幕 手机应用",
    ),
    "desktop": _kind(
        DOCUMENT,
        "screen",
        "a computer desktop; a desktop with windows; an operating system desktop",
        "computer desktops",
        "电脑桌面",
    ),
    "dashboard": _kind(
        DOCUMENT,
        "screen",
        "a dashboard; a control panel; a settings screen; a page of icons",
        "dashboards; control panels; settings screens",
        "仪表盘 设置界面 控制面板",
    ),
    "room": _kind(
        OTHER,
        "indoors",
        "a room; a living room; a bedroom; an interior; an office",
        "rooms; interiors; offices",
        "房间 室内 客厅",
    ),
    "kitchen": _kind(OTHER, "indoors", "a kitchen; a kitchen with cupboards; a cooking place", "kitchens", "厨房"),
    "building": _kind(
        OTHER,
        "town",
        "a building; a house; a tower; a facade; a skyscraper",
        "buildings; houses; towers; skyscrapers",
        "建筑 房子 大楼",
    ),
    "street": _kind(
        OTHER,
        "town",
        "a street; a city street; a road with houses; a town",
        "streets; city streets; roads",
        "街道 马路 城市",
    ),
    "vehicle": _kind(
        OTHER, "town", "a car; a vehicle; a parked car; an automobile", "cars; vehicles; automobiles", "汽车 车辆"
    ),
    "clothing": _kind(
        OTHER,
        "objects",
        "a piece of clothing; a shirt; a dress; trousers; a shoe; a hat; a t-shirt",
        "clothes; shirts; dresses; shoes; hats",
        "衣服 服装 鞋 帽子",
    ),
    "thing": _kind(
        OTHER,
        "objects",
        "an object; a bottle; a cup; a box; a thing on a table",
        "objects; bottles; cups; things",
        "物品 瓶子 杯子",
    ),
    "food": _kind(OTHER, "objects", "food; a meal; a dish on a plate; a plate of food", "meals; dishes", "食物 菜"),
    "person": _kind(
        OTHER,
        "people",
        "a person; a man; a woman; a portrait; a face of a person",
        "people; men; women; portraits; faces",
        "人 人物 肖像",
    ),
}

CLASS_NAMES: dict[str, tuple[str, ...]] = {
    NATURE: (
        "nature",
        "natural scenery",
        "a natural landscape",
        "a landscape",
        "the outdoors",
        "wild nature",
        "the wilderness",
        "a nature scene",
        "the natural world",
        "natural environments",
        "scenery",
        "landscapes",
        "a countryside landscape",
        "scenic nature",
    ),
    GAME: (
        "an animation or a game",
        "a video game or a cartoon",
        "animation game",
        "computer generated graphics",
        "a drawn or rendered scene",
        "cartoons and games",
        "an animated or game scene",
        "games and animations",
        "game or animation",
        "digital artwork of a game or cartoon",
    ),
    DOCUMENT: (
        "a document",
        "documents",
        "text",
        "a page with text",
        "written text",
        "something to read",
        "a text document",
        "paperwork",
        "printed or written words",
        "office documents",
        "a document page",
        "words and numbers",
        "document text",
    ),
    OTHER: (
        "an everyday scene",
        "something man made",
        "a photo of daily life",
        "a place or thing made by people",
        "people and things",
        "everyday objects and places",
        "something else",
        "daily life",
    ),
}
CLASS_CHINESE: dict[str, tuple[str, ...]] = {
    NATURE: ("自然", "自然风景", "大自然", "风景", "自然景色", "自然风光"),
    GAME: ("动画游戏", "动画或游戏", "游戏和动画", "动画与游戏画面"),
    DOCUMENT: ("文档", "文件", "文字", "文字资料", "文档页面"),
    OTHER: ("其他", "日常生活", "日常物品", "生活照片"),
}
GROUP_NAMES: dict[str, tuple[str, ...]] = {
    "game": (
        "a video game",
        "a computer game",
        "a game",
        "video games",
        "a game screen",
        "gameplay",
        "a scene of a video game",
        "computer games",
        "a videogame",
        "game graphics",
        "games",
    ),
    "animation": (
        "an animation",
        "a cartoon",
        "cartoons",
        "an animated film",
        "anime",
        "a drawing",
        "an animated movie",
        "an illustration",
        "animations",
        "a drawn picture",
    ),
    "graphics": ("computer graphics", "a 3d rendering", "a rendered image", "a 3d demo"),
    "paper": (
        "a paper document",
        "a printed page",
        "a sheet of paper",
        "paper",
        "papers",
        "a scanned document",
        "a page",
    ),
    "screen": (
        "a computer screen with text",
        "a screenshot of software",
        "a screen with text",
        "a program on a computer",
        "a desktop screenshot",
    ),
    "land": ("land", "a landscape without water", "terrain"),
    "water": ("water", "a landscape with water", "waters"),
    "air": ("air and clouds",),
    "life": ("living nature", "plants and animals", "living things"),
    "indoors": ("an indoor place", "the inside of a house", "indoors"),
    "town": ("a town", "a city", "an urban scene", "cities"),
    "objects": ("an object on plain ground", "things", "a product photo"),
    "people": ("people", "a human", "humans"),
}
GROUP_CHINESE: dict[str, tuple[str, ...]] = {
    "game": ("游戏", "电子游戏", "游戏画面", "电脑游戏", "视频游戏"),
    "animation": ("动画", "卡通", "动漫", "动画片"),
    "graphics": ("三维渲染",),
    "paper": ("纸质文档", "扫描文件", "纸张"),
    "screen": ("电脑屏幕", "屏幕截图"),
    "land": ("陆地",),
    "water": ("水", "水景"),
    "air": ("空中",),
    "life": ("生物",),
    "indoors": ("室内场景",),
    "town": ("城镇", "城市风光"),
    "objects": ("物体",),
    "people": ("人们",),
}
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "time:day": ("by day", "in daylight", "during the day", "in the daytime"),
    "time:sunset": ("at sunset", "at dusk", "in evening light", "at sunrise"),
    "time:night": ("at night", "in the dark", "by night", "under a night sky"),
    "weather:clear": ("in clear weather", "under a clear sky"),
    "weather:cloudy": ("in cloudy weather", "under clouds", "on a cloudy day"),
    "weather:foggy": ("in fog", "in the mist", "in haze"),
    "style:photo": ("taken with a camera", "in a photograph", "as a real photo"),
    "style:drawn": ("drawn by hand", "as a drawing", "in cartoon style"),
    "style:pixel": ("in pixel art", "with big pixels", "in 8 bit style"),
    "style:3d": ("in 3d", "as a 3d rendering", "with 3d graphics"),
    "style:scan": ("scanned", "from a scanner", "as a scan"),
    "style:desk": ("lying on a desk", "photographed at an angle", "on a table"),
    "tone:dark": ("in dark colours", "on a dark background", "with a black background"),
    "tone:bright": ("in bright colours", "on a white background", "on a light background"),
    "tone:grey": ("in black and white", "in grey", "without colour"),
}
ATTRIBUTE_CHINESE: dict[str, str] = {
    "time:day": "白天的",
    "time:sunset": "日落时的",
    "time:night": "夜晚的",
    "weather:foggy": "雾中的",
    "tone:grey": "黑白",
}

HELD_OUT: dict[str, str] = {
    "forest": "time:sunset",
    "mountain": "time:night",
    "beach": "time:sunset",
    "lake": "time:night",
    "flower": "time:sunset",
    "waterfall": "time:sunset",
    "board": "style:pixel",
    "sports": "style:pixel",
    "strategy": "style:pixel",
    "menu": "style:pixel",
    "puzzle": "style:pixel",
    "chart": "style:desk",
    "receipt": "style:scan",
    "table": "style:desk",
    "form": "style:scan",
    "newspaper": "style:desk",
}
"""Combinations of a kind and an attribute that are never trained on, to measure what the model makes of them."""


def held_out(known: frozenset[str]) -> bool:
    """Whether a picture shows a combination that is kept from training."""
    return any(f"kind:{kind}" in known and fact in known for kind, fact in HELD_OUT.items())


def facts() -> tuple[str, ...]:
    """Every fact there is, in a fixed order."""
    return (
        *(f"class:{name}" for name in CATEGORIES),
        *(f"group:{name}" for name in GROUP_NAMES),
        *(f"kind:{name}" for name in KINDS),
        *ATTRIBUTES,
    )
