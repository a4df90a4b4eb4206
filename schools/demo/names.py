"""Made-up names. Places and surnames are put together so that they are no school, town or person that we know of."""

from __future__ import annotations


def _words(text: str) -> list[str]:
    return text.split()


# One for each school, in this order in every county: that two counties share them is what makes a leak visible.
SCHOOLS = _words(
    "Pellcombe Fennstead Lorrworth Haskmere Furrowbourne Larkgate Dunnelbeck Uverthwaite Isterstead Wetherworth "
    "Tarncote Vexlham Hollinwick Orrinford Quillholt Sorrelford Jorrbeck Pellholt Tullham Yarlley Thorlbourne "
    "Orrincombe Gannetwick Marrowdene Corrbourne Tarnmere Quillford Ravelcombe Melldene Dunnelmere Larkholt "
    "Gildermere Sorrelworth Isterworth Tullford Quillcote Thorlwick Kesselthwaite Drummford Sorrelholt Uvercote "
    "Jorrgate Zealwick Pardledene Marrowworth Corrholt Fennholt Drummley Furrowwick Lorrholt Zealstead Orrinmere "
    "Lorrbeck Gilderworth Tarncombe Yarlbeck Istercombe Emberdene Mellgate Copperthwaite Oskcote Brackwick Vexldene "
    "Kesselmere"
)
TOWNS = _words(
    "Hollinstead Emberford Wetherdene Quillmere Tullgate Oskworth Ravelham Haskstead Lorrford Gilderford Brackthwaite "
    "Uvermere"
)
STREETS = ("School Lane", "Mill Road", "Church Walk", "Station Road", "Orchard Way", "Meadow Rise", "Park Avenue")
FIRST_NAMES = _words(
    "Ada Bea Cai Dot Eli Fay Gus Hal Ida Jem Kit Lou Mia Ned Ola Pip Rae Sam Tia Uma Val Wyn Zoë Amy Ben Cleo Dan Eve "
    "Finn Gwen Hugh Iris Jude Kate Liam Maya Nina Owen Petra Rhys Sana Tom Una Vik Will Yara Asha Bram Cora Dev"
)
SURNAMES = _words(
    "Tarnwell Oskerby Marrowby Brackenell Wetherhay Thorlby Haskerley Pellmoor Corrigate Drummell Emberley Gilderby "
    "Isterby Jorrell Kesselby Lorrimoor Mellgarth Nethelby Orrinell Pardlow Ravelby Sorrelby Tullgarth Uverby Vexley "
    "Yarlwood Zealby Hollinell Larkmoor Copperell Dunnelby Furrowell Gannetby Quillby Fennoway"
)


def person(number: int) -> str:
    """The nth made-up person: no two of the first 1,700 have the same name."""
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    return f"{first} {SURNAMES[(number + number // len(FIRST_NAMES)) % len(SURNAMES)]}"


def address(name: str, domain: str) -> str:
    """ "Zoë Oskerby" is zoe.oskerby@..."""
    return f"{name.lower().replace('ë', 'e').replace(' ', '.')}@{domain}"
