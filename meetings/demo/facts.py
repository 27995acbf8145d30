"""What the five articles state, bloc by bloc; what they leave open is filled by `frames` and marked as made up."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from blocs.enums import Phase, UnitKind
from config.kit.text import VIETNAM


def moment(day: date, hour: int = 8, minute: int = 0) -> datetime:
    """A moment on the clock of Vietnam."""
    return datetime.combine(day, time(hour, minute), VIETNAM)


@dataclass(frozen=True)
class UnitFact:
    """A unit by the name of the article; `head` only where the article names a person."""

    slug: str
    name: str
    short_name: str
    kind: UnitKind = UnitKind.DEPARTMENT
    head: str = ""
    head_title: str = "Giám đốc"
    # A deputy who leads signs "KT. GIÁM ĐỐC" and needs no mandate.
    is_deputy: bool = False


@dataclass(frozen=True)
class ChairFact:
    """One who presided over a meeting."""

    name: str
    title: str
    unit: str


@dataclass(frozen=True)
class BlocFact:
    """One bloc's year as its article tells it. Unit references are slugs."""

    province: str
    province_name: str
    place: str
    bloc: str
    bloc_name: str
    code: str
    year: int
    until: Phase
    units: tuple[UnitFact, ...]
    chair: str
    chair_is_stated: bool
    # No article names the sitting vice-chair: always illustrative.
    vice: str
    source: str
    flag: str = ""
    merits: tuple[str, ...] = ()
    next_chair: str = ""
    next_vice: str = ""
    # The order of the illustrative totals, best first; stated places come first.
    order: tuple[str, ...] = ()
    summary_at: datetime | None = None
    summary_place: str = ""
    summary_note: str = ""
    chairs: tuple[ChairFact, ...] = ()
    guests: tuple[tuple[str, str], ...] = ()
    # Where an article does not tell the form of a decision, or does not tell the decision itself.
    form_note: str = ""
    regulation: tuple[str, str, date] | None = None
    launch_at: datetime | None = None
    launch_place: str = ""
    covenant_on: date | None = None
    next_covenant_signed: bool = False
    target_count: int = 12
    exceeding: tuple[str, ...] = ()
    initiatives: tuple[tuple[str, int], ...] = ()
    movements: tuple[tuple[str, str], ...] = ()
    tasks: tuple[str, ...] = ()
    presented_on: date | None = None
    presented_by: str = ""
    guidance: tuple[str, str, date] | None = None
    previous_merits: tuple[str, ...] = field(default=())


GOVERNMENT = "Thủ tướng Chính phủ"
KIEN_GIANG = BlocFact(
    province="kien-giang",
    province_name="Tỉnh Kiên Giang",
    place="Kiên Giang",
    bloc="khoi-4",
    bloc_name="Khối thi đua 4",
    code="KTĐ4",
    year=2019,
    until=Phase.CLOSED,
    units=(
        UnitFact("ban-dantoc", "Ban Dân tộc", "Ban Dân tộc", UnitKind.BOARD, head_title="Trưởng ban"),
        UnitFact("so-gddt", "Sở Giáo dục và Đào tạo", "Sở GD&ĐT"),
        UnitFact("so-dulich", "Sở Du lịch", "Sở Du lịch"),
        UnitFact("so-ldtbxh", "Sở Lao động - Thương binh và Xã hội", "Sở LĐTBXH", head="Đặng Hồng Sơn"),
        UnitFact("so-khcn", "Sở Khoa học và Công nghệ", "Sở KH&CN"),
        UnitFact("so-yte", "Sở Y tế", "Sở Y tế"),
        UnitFact("so-vhtt", "Sở Văn hóa và Thể thao", "Sở VH&TT"),
    ),
    chair="so-ldtbxh",
    chair_is_stated=True,
    vice="so-yte",
    source="Bài viết của Sở Lao động - Thương binh và Xã hội tỉnh Kiên Giang, đăng ngày 13/02/2020.",
    flag="so-khcn",
    merits=("so-gddt",),
    next_chair="so-dulich",
    next_vice="so-khcn",
    order=("so-khcn", "so-gddt", "so-yte", "so-ldtbxh", "so-dulich", "so-vhtt", "ban-dantoc"),
    summary_at=moment(date(2020, 2, 5), 8),
    summary_place="Sở Lao động - Thương binh và Xã hội (minh họa: bài viết không nêu địa điểm)",
    summary_note=(
        "Bài viết đăng ngày 13/02/2020 ghi hội nghị họp ngày 02/05/2020, sau ngày đăng bài; "
        "hiểu là ngày 05/02/2020, ngày và tháng bị đảo."
    ),
    chairs=(ChairFact("Đặng Hồng Sơn", "Giám đốc Sở Lao động - Thương binh và Xã hội", "so-ldtbxh"),),
    guests=(("Trương Hoàng Anh", "Phó Trưởng ban Ban Thi đua - Khen thưởng tỉnh"),),
    regulation=("3387", "QĐ-KTĐ4", date(2019, 5, 2)),
    covenant_on=date(2019, 5, 2),
    next_covenant_signed=True,
    exceeding=("so-ldtbxh", "so-yte", "so-gddt"),
    movements=(
        ("Cả nước chung sức xây dựng nông thôn mới", GOVERNMENT),
        ("Cả nước chung tay vì người nghèo - Không để ai bị bỏ lại phía sau", GOVERNMENT),
        ("Doanh nghiệp Việt Nam hội nhập và phát triển", GOVERNMENT),
        (
            "Cán bộ, công chức, viên chức thực hiện văn hóa công sở, giai đoạn 2019-2025",
            "Ủy ban nhân dân tỉnh",
        ),
    ),
)
QUANG_NAM = BlocFact(
    province="quang-nam",
    province_name="Tỉnh Quảng Nam",
    place="Quảng Nam",
    bloc="tham-muu-iii",
    bloc_name="Khối thi đua các cơ quan tham mưu III",
    code="KTĐTM3",
    year=2019,
    until=Phase.SUBMITTED,
    units=(
        UnitFact("so-vhttdl", "Sở Văn hóa, Thể thao và Du lịch", "Sở VHTTDL", head="Nguyễn Thanh Hồng"),
        UnitFact("so-ldtbxh", "Sở Lao động - Thương binh và Xã hội", "Sở LĐTBXH"),
        UnitFact("so-yte", "Sở Y tế", "Sở Y tế"),
        UnitFact("so-gddt", "Sở Giáo dục và Đào tạo", "Sở GD&ĐT"),
        UnitFact("so-tttt", "Sở Thông tin và Truyền thông", "Sở TT&TT", head="Phạm Hồng Quảng"),
        UnitFact("bao", "Báo Quảng Nam", "Báo Quảng Nam", UnitKind.NEWSPAPER, head_title="Tổng Biên tập"),
        UnitFact(
            "dai-ptth", "Đài Phát thanh và Truyền hình tỉnh Quảng Nam", "Đài PTTH", UnitKind.BROADCASTER
        ),
    ),
    chair="so-vhttdl",
    chair_is_stated=False,
    vice="so-tttt",
    source="Bài viết trên trang của Sở Văn hóa, Thể thao và Du lịch tỉnh Quảng Nam về hội nghị ngày 17/01/2020.",
    merits=("so-ldtbxh", "bao", "dai-ptth"),
    next_chair="so-tttt",
    order=("so-ldtbxh", "bao", "dai-ptth", "so-vhttdl", "so-tttt", "so-gddt", "so-yte"),
    summary_at=moment(date(2020, 1, 17), 8),
    summary_place="Tỉnh Quảng Nam (bài viết không nêu địa điểm)",
    summary_note="Bài viết không nêu đơn vị Khối trưởng, Khối phó đương nhiệm; hai người đồng chủ trì hội nghị.",
    chairs=(
        ChairFact("Nguyễn Thanh Hồng", "Giám đốc Sở Văn hóa, Thể thao và Du lịch", "so-vhttdl"),
        ChairFact("Phạm Hồng Quảng", "Giám đốc Sở Thông tin và Truyền thông", "so-tttt"),
    ),
    form_note="bài viết không nêu hình thức và số phiếu",
    covenant_on=date(2019, 3, 15),
    initiatives=(("base", 130), ("province", 6)),
)
BINH_PHUOC = BlocFact(
    province="binh-phuoc",
    province_name="Tỉnh Bình Phước",
    place="Bình Phước",
    bloc="khoi-5",
    bloc_name="Khối thi đua số 5",
    code="KTĐ5",
    year=2020,
    until=Phase.DECIDED,
    units=(
        UnitFact("so-gtvt", "Sở Giao thông vận tải", "Sở GTVT"),
        UnitFact("so-tnmt", "Sở Tài nguyên và Môi trường", "Sở TN&MT"),
        UnitFact("so-xaydung", "Sở Xây dựng", "Sở Xây dựng"),
        UnitFact(
            "lienminh-htx", "Liên minh Hợp tác xã", "Liên minh HTX", UnitKind.ALLIANCE, head_title="Chủ tịch"
        ),
        UnitFact(
            "bql-vqg-bugiamap",
            "Ban Quản lý Vườn quốc gia Bù Gia Mập",
            "BQL VQG Bù Gia Mập",
            UnitKind.MANAGEMENT_BOARD,
            head="Vương Đức Hòa",
        ),
        UnitFact(
            "bql-da-dtxd",
            "Ban Quản lý dự án đầu tư xây dựng tỉnh",
            "BQL DA ĐTXD tỉnh",
            UnitKind.MANAGEMENT_BOARD,
        ),
    ),
    chair="bql-vqg-bugiamap",
    chair_is_stated=False,
    vice="so-xaydung",
    source="Bài viết ngày 15/3/2021 về hội nghị ngày 12/3/2021 của Khối thi đua số 5.",
    merits=("so-gtvt", "so-xaydung", "bql-vqg-bugiamap"),
    order=("so-gtvt", "so-xaydung", "bql-vqg-bugiamap", "so-tnmt", "lienminh-htx", "bql-da-dtxd"),
    summary_at=moment(date(2021, 3, 12), 8),
    summary_place="Ban Quản lý Vườn quốc gia Bù Gia Mập",
    summary_note=(
        "Bài viết không nêu tỉnh và đơn vị Khối trưởng (suy ra từ nơi họp và ông Vương Đức Hòa đại diện Khối trưởng); "
        "không nói về Cờ thi đua. Ông Hoàng Mạnh Thường dự họp, bài viết không nêu rõ tư cách."
    ),
    chairs=(ChairFact("Vương Đức Hòa", "đại diện Khối trưởng", "bql-vqg-bugiamap"),),
    guests=(
        ("Đỗ Thanh Tâm", "Trưởng ban Ban Thi đua - Khen thưởng tỉnh"),
        ("Hoàng Mạnh Thường", "Phó Giám đốc Sở Nông nghiệp và Phát triển nông thôn"),
    ),
    form_note="minh họa: bài viết không kể việc bình xét",
    covenant_on=date(2020, 3, 20),
    next_covenant_signed=True,
    presented_on=date(2021, 3, 12),
    presented_by="Bà Đỗ Thanh Tâm, Trưởng ban Ban Thi đua - Khen thưởng tỉnh",
    movements=(
        ("Cả nước chung sức xây dựng nông thôn mới", GOVERNMENT),
        ("Doanh nghiệp Việt Nam hội nhập và phát triển", GOVERNMENT),
        ("Cả nước chung tay vì người nghèo, không để ai bị bỏ lại phía sau", GOVERNMENT),
        ("Kỷ cương, liêm chính, hành động, sáng tạo, bứt phá, hiệu quả", "Khối thi đua số 5"),
    ),
    tasks=(
        "Hoàn thành tốt nhiệm vụ chuyên môn; đạt, vượt chỉ tiêu Tỉnh ủy, HĐND, UBND tỉnh giao.",
        "Thực hiện giải pháp tăng trưởng, an sinh xã hội; phong trào “Kỷ cương, liêm chính, hành động, sáng tạo, "
        "bứt phá, hiệu quả”.",
        "Đẩy mạnh ba phong trào thi đua trọng tâm do Thủ tướng Chính phủ phát động; học tập và làm theo tư tưởng, đạo "
        "đức, phong cách Hồ Chí Minh.",
        "Thực hiện tốt quản lý nhà nước về thi đua, khen thưởng; công khai, dân chủ, công bằng; chống bệnh thành tích.",
        "Bồi dưỡng, xây dựng, tuyên dương điển hình tiên tiến.",
        "Thực hiện hiệu quả các nội dung giao ước thi đua ký đầu năm.",
    ),
)
KHOI_4A = BlocFact(
    province="tinh-khoi-4a",
    province_name="Tỉnh … (bài viết không nêu) có Khối thi đua 4A",
    place="…",
    bloc="khoi-4a",
    bloc_name="Khối thi đua 4A",
    code="KTĐ4A",
    year=2020,
    until=Phase.CLOSED,
    units=(
        UnitFact(
            "so-khcn",
            "Sở Khoa học và Công nghệ",
            "Sở KH&CN",
            head="Huỳnh Văn Quản",
            head_title="Phó Giám đốc",
            is_deputy=True,
        ),
        UnitFact("so-gtvt", "Sở Giao thông vận tải", "Sở GTVT"),
        UnitFact("so-xaydung", "Sở Xây dựng", "Sở Xây dựng"),
        UnitFact("so-tnmt", "Sở Tài nguyên và Môi trường", "Sở TN&MT"),
        UnitFact(
            "tt-xuctien",
            "Trung tâm Xúc tiến Thương mại, Du lịch và Đầu tư",
            "TT Xúc tiến TM, DL&ĐT",
            UnitKind.CENTRE,
        ),
    ),
    chair="so-khcn",
    chair_is_stated=True,
    vice="so-tnmt",
    source="Bài viết của Sở Khoa học và Công nghệ về hội nghị chiều 16/12/2020 của Khối thi đua 4A.",
    flag="so-khcn",
    merits=("tt-xuctien", "so-tnmt"),
    next_chair="so-gtvt",
    next_vice="so-xaydung",
    order=("so-khcn", "tt-xuctien", "so-tnmt", "so-gtvt", "so-xaydung"),
    summary_at=moment(date(2020, 12, 16), 14),
    summary_place="Hội trường Sở Khoa học và Công nghệ",
    summary_note="Bài viết nêu tên năm đơn vị, không nêu đủ danh sách thành viên và tên tỉnh.",
    chairs=(ChairFact("Huỳnh Văn Quản", "Phó Giám đốc Sở Khoa học và Công nghệ, Khối trưởng", "so-khcn"),),
    guests=(("Đại diện Sở Nội vụ", "Sở Nội vụ (bài viết không nêu tên)"),),
    form_note="bài viết không nêu hình thức và số phiếu",
    covenant_on=date(2020, 3, 10),
    next_covenant_signed=True,
)
KINH_TE_KY_THUAT = BlocFact(
    province="tinh-kinh-te-ky-thuat",
    province_name="Tỉnh … (bài viết không nêu) có Khối kinh tế-kỹ thuật",
    place="…",
    bloc="kinh-te-ky-thuat",
    bloc_name="Khối thi đua các cơ quan tham mưu quản lý nhà nước về kinh tế-kỹ thuật",
    code="KTĐKTKT",
    year=2024,
    until=Phase.EXECUTING,
    units=(
        UnitFact("so-xaydung", "Sở Xây dựng", "Sở Xây dựng", head="Nguyễn Quang Hải"),
        UnitFact("so-congthuong", "Sở Công Thương", "Sở Công Thương"),
        UnitFact("so-gtvt", "Sở Giao thông vận tải", "Sở GTVT"),
        UnitFact("so-nnptnt", "Sở Nông nghiệp và Phát triển nông thôn", "Sở NN&PTNT"),
        UnitFact("so-tnmt", "Sở Tài nguyên và Môi trường", "Sở TN&MT"),
        UnitFact(
            "bql-kkt",
            "Ban Quản lý Khu kinh tế tỉnh",
            "BQL Khu kinh tế",
            UnitKind.MANAGEMENT_BOARD,
            head_title="Trưởng ban",
        ),
    ),
    chair="so-xaydung",
    chair_is_stated=True,
    vice="so-congthuong",
    source="Bài viết của Văn phòng Sở Xây dựng về hội nghị ngày 07/8/2024.",
    launch_at=moment(date(2024, 8, 7), 8),
    launch_place="Hội trường Sở Xây dựng",
    chairs=(ChairFact("Nguyễn Quang Hải", "Giám đốc Sở Xây dựng, Trưởng Khối thi đua", "so-xaydung"),),
    covenant_on=date(2024, 8, 7),
    target_count=23,
    guidance=("16/HD-HĐTĐKT", "Hướng dẫn chấm điểm thi đua năm 2024", date(2024, 7, 25)),
    order=("so-xaydung", "so-gtvt", "so-congthuong", "so-nnptnt", "so-tnmt", "bql-kkt"),
    previous_merits=("so-xaydung", "so-gtvt"),
)
BLOCS = (KIEN_GIANG, QUANG_NAM, BINH_PHUOC, KHOI_4A, KINH_TE_KY_THUAT)

# The three contents that recur (S0).
CONTENTS = (
    "Thi đua thực hiện các chỉ tiêu, nhiệm vụ chính trị của cơ quan, đơn vị",
    "Thi đua thực hiện chủ trương của Đảng, chính sách, pháp luật của Nhà nước, xây dựng hệ thống chính trị",
    "Thi đua thực hiện nhiệm vụ công tác thi đua, khen thưởng",
)
