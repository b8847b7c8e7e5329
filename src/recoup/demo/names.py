"""Names for businesses that do not exist, as they sound where they would stand."""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass
from math import lcm


@dataclass(frozen=True)
class Place:
    """A country our customers come from: how its businesses and people are called."""

    country: str
    language: str
    currency: str
    count: int
    # `{}` is where the family name goes.
    trades: tuple[str, ...]
    forms: tuple[str, ...]
    families: tuple[str, ...]
    firsts: tuple[str, ...]
    cities: tuple[tuple[str, str], ...]  # postal code, city
    streets: tuple[str, ...]
    dialing: str


GERMAN_TRADES = (
    "Bäckerei {}", "Konditorei {}", "Café {}", "Gasthof {}", "Hotel {}", "{} Catering",
    "Rösterei {}", "Weinhandlung {}", "{} & Söhne Gastronomie", "Landgasthaus {}",
)  # fmt: skip
ENGLISH_TRADES = (
    "{} Bakery", "{} Coffee Roasters", "The {} Inn", "{} & Daughters Catering", "{} Tea Rooms",
    "{} House Hotel", "{} Kitchens", "{} Provisions", "{} Brothers Restaurants",
)  # fmt: skip
GERMAN_STREETS = ("Hafenstraße", "Lindenweg", "Marktplatz", "Am Anger", "Mühlgasse", "Bergstraße")

PLACES = (
    Place(
        "DE", "de", "EUR", 104, GERMAN_TRADES, ("GmbH", "GmbH", "e. K.", "KG", "AG"),
        ("Ahlers", "Brandt", "Claasen", "Dörfler", "Ehlers", "Fröhlich", "Gerlach", "Hinrichs",
         "Jessen", "Kruse", "Lorenzen", "Möhring", "Nissen", "Oltmann", "Petersen", "Quast",
         "Rademacher", "Seidel", "Thomsen", "Ullrich", "Voss", "Wieland", "Zander"),
        ("Anke", "Bernd", "Carla", "Dirk", "Elke", "Frank", "Greta", "Holger", "Inga", "Jonas"),
        (("20457", "Hamburg"), ("28195", "Bremen"), ("10115", "Berlin"), ("50667", "Köln"),
         ("80331", "München"), ("04109", "Leipzig"), ("24103", "Kiel"), ("60311", "Frankfurt")),
        GERMAN_STREETS, "+49 40 555",
    ),
    Place(
        "AT", "de", "EUR", 24, GERMAN_TRADES, ("GmbH", "e. U.", "KG"),
        ("Aigner", "Brandstätter", "Eder", "Fuchsberger", "Gruber", "Hollerer", "Kofler",
         "Leitner", "Moser", "Pichler", "Steiner", "Wallner"),
        ("Anna", "Bernhard", "Eva", "Georg", "Johanna", "Lukas", "Magdalena", "Stefan"),
        (("1010", "Wien"), ("5020", "Salzburg"), ("6020", "Innsbruck"), ("8010", "Graz")),
        GERMAN_STREETS, "+43 1 555",
    ),
    Place(
        "CH", "de", "CHF", 28, GERMAN_TRADES, ("GmbH", "AG", "AG"),
        ("Aebi", "Brunner", "Bühler", "Caduff", "Egger", "Fankhauser", "Gasser", "Hürlimann",
         "Iten", "Käser", "Lüthi", "Zbinden"),
        ("Andri", "Beat", "Corinne", "Daniela", "Flurin", "Regula", "Reto", "Ursina"),
        (("8001", "Zürich"), ("3011", "Bern"), ("4051", "Basel"), ("6003", "Luzern")),
        GERMAN_STREETS, "+41 44 555",
    ),
    Place(
        "GB", "en", "GBP", 52, ENGLISH_TRADES, ("Ltd", "Ltd", "LLP", "PLC"),
        ("Ashdown", "Barlow", "Cartwright", "Dunmore", "Ellwood", "Fenwick", "Garside",
         "Hollins", "Inchbald", "Kershaw", "Lockwood", "Marsden", "Ormerod", "Pemberton",
         "Rushworth", "Stannard", "Thackray", "Whitlock"),
        ("Alice", "Ben", "Catherine", "David", "Emma", "Graham", "Harriet", "Imran", "Joan"),
        (("LS1 4DY", "Leeds"), ("M2 5DB", "Manchester"), ("BS1 4ST", "Bristol"),
         ("EH1 1YZ", "Edinburgh"), ("NR2 1TF", "Norwich"), ("CF10 1EP", "Cardiff")),
        ("High Street", "Mill Lane", "Quay Road", "Station Approach", "Church Walk"),
        "+44 113 496",
    ),
    Place(
        "FR", "fr", "EUR", 34,
        ("Boulangerie {}", "Pâtisserie {}", "Brasserie {}", "Hôtel {}", "Traiteur {}",
         "Maison {}", "Le Comptoir {}", "Auberge {}"),
        ("SARL", "SAS", "SARL", "SA"),
        ("Aubry", "Besson", "Charpentier", "Delorme", "Étienne", "Fournier", "Girard",
         "Lacombe", "Marchand", "Noël", "Perrin", "Rousselet", "Tessier", "Vasseur"),
        ("Amélie", "Benoît", "Claire", "Damien", "Élodie", "Guillaume", "Hélène", "Julien"),
        (("69002", "Lyon"), ("67000", "Strasbourg"), ("44000", "Nantes"), ("33000", "Bordeaux"),
         ("59000", "Lille")),
        ("rue du Port", "place du Marché", "quai des Brumes", "avenue de la Gare"),
        "+33 4 65 71",
    ),
    Place(
        "ES", "es", "EUR", 24,
        ("Panadería {}", "Pastelería {}", "Hostal {}", "Restaurante {}", "Bodegas {}",
         "Cafetería {}", "Catering {}"),
        ("S.L.", "S.L.", "S.A."),
        ("Aguirre", "Benítez", "Cordero", "Domínguez", "Escudero", "Fuentes", "Galán",
         "Iglesias", "Luján", "Montero", "Núñez", "Peñalver"),
        ("Alba", "Carlos", "Elena", "Íñigo", "Lucía", "Marta", "Rubén", "Sofía"),
        (("46002", "Valencia"), ("48001", "Bilbao"), ("41001", "Sevilla"), ("08002", "Barcelona")),
        ("calle del Puerto", "plaza Mayor", "paseo de la Alameda", "calle Nueva"),
        "+34 960 55",
    ),
    Place(
        "NL", "en", "EUR", 18,
        ("Bakkerij {}", "Restaurant {}", "Hotel {}", "{} Koffie", "Brouwerij {}"),
        ("B.V.", "B.V.", "V.O.F."),
        ("Aalbers", "Bakhuis", "Dijkstra", "Groenewegen", "Hoekstra", "Kuipers", "Meertens",
         "Postma", "Terpstra", "Zijlstra"),
        ("Annelies", "Bram", "Femke", "Joris", "Lotte", "Maarten", "Sanne", "Wouter"),
        (("1012 AB", "Amsterdam"), ("3511 CE", "Utrecht"), ("9711 LM", "Groningen")),
        ("Kerkstraat", "Havenkade", "Dorpsweg", "Molenpad"), "+31 20 555",
    ),
    Place(
        "US", "en", "USD", 16, ENGLISH_TRADES, ("Inc.", "LLC", "LLC"),
        ("Abernathy", "Bellweather", "Crandall", "Delacroix", "Eastman", "Halloran",
         "Kowalski", "Lindgren", "Medina", "Prescott"),
        ("Aaron", "Brooke", "Dana", "Eric", "Grace", "Marcus", "Nora", "Theo"),
        (("02108", "Boston"), ("04101", "Portland"), ("14604", "Rochester")),
        ("Harbor Street", "Main Street", "Maple Avenue", "Depot Road"), "+1 617 555",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Named:
    """Who a customer is, before we know how it pays."""

    name: str
    person: str
    email: str
    phone: str
    address: str
    postal_code: str
    city: str


def named(place: Place, order: int, chance: random.Random) -> Named:
    """The customer of this order at a place; different orders have different names."""
    trade = place.trades[order % len(place.trades)]
    # Families and trades run against each other, so that no pair comes twice.
    turn = order + order // lcm(len(place.trades), len(place.families))
    family = place.families[turn % len(place.families)]
    first = chance.choice(place.firsts)
    postal_code, city = chance.choice(place.cities)
    called = trade.format(family)
    host = plain_letters(called)
    return Named(
        name=f"{called} {chance.choice(place.forms)}",
        person=f"{first} {family}",
        email=f"{plain_letters(first)}@{host}.example",
        phone=f"{place.dialing} {chance.randint(1000, 9999)}",
        address=f"{chance.choice(place.streets)} {chance.randint(1, 180)}",
        postal_code=postal_code,
        city=city,
    )


def plain_letters(text: str) -> str:
    """The text as part of an internet address: small plain letters and digits."""
    words = text.casefold().replace("ø", "o").replace("&", " ")
    folded = unicodedata.normalize("NFKD", words)
    bare = "".join(each for each in folded if not unicodedata.combining(each))
    return "-".join(re.findall(r"[a-z0-9]+", bare))
