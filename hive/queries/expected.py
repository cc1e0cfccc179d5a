#!/usr/bin/env python3
"""What the saved queries must answer on the real records, without the platform.

Reads the raw files, applies the cleaning rules that customer_orders.yaml and energy_readings.yaml
state, in code of its own, and writes one table for each query: columns between tabs, a line of
names first. Exact arithmetic throughout: the standard library's Decimal and Fraction, no floats.

    expected.py FOLDER_WITH_RECORDS [FOLDER_TO_WRITE_TO]
"""

import csv
import gzip
import math
import re
import sys
from collections import defaultdict
from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent
COUNTRIES = HERE / "../../schemas/src/main/lists/countries.yaml"
LONDON = ZoneInfo("Europe/London")
FEES = {"POST", "DOT", "M", "D", "C2", "BANK CHARGES", "AMAZONFEE", "CRUK", "S", "B"}
CATEGORIES = [
    ("Christmas", "CHRISTMAS"),
    ("Bags", "BAG"),
    ("Kitchen", "CAKE|LUNCH|TEA|MUG|BOWL|BOTTLE|PANTRY|KITCHEN|PLATE|CUP"),
    ("Paper and party", "CARD|PAPER|WRAP|RIBBON|PARTY|BUNTING"),
    ("Light", "T-LIGHT|CANDLE|LIGHT|LAMP|LANTERN"),
    ("Decoration", "SIGN|HANGING|DECORATION|HEART|CLOCK|FRAME|WICKER|DOORMAT"),
    ("Storage", "BOX|TIN|CASE|HOLDER|DRAWER|BASKET"),
]


def countries():
    """Spelling in lower case to the name that the platform gives; all real ones are known."""
    names = {}
    for line in COUNTRIES.read_text(encoding="utf-8").splitlines():
        found = re.fullmatch(r"([^#:]+): \[(.*)\]", line)
        if found:
            name = found.group(1)
            for spelling in [name] + [s.strip() for s in found.group(2).split(",") if s.strip()]:
                names[spelling.lower()] = name
    return names


def category(product_id, name):
    if product_id is not None and product_id.upper() in FEES:
        return "Fees and postage"
    if name is None:
        return "Unknown"
    for answer, words in CATEGORIES:
        if re.search(words, name.upper()):
            return answer
    return "Other"


def order_lines(folder):
    """Each line once: the whole row is the identity."""
    known = countries()
    seen = set()
    with gzip.open(folder / "online_retail.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        columns = next(rows)
        for row in rows:
            if tuple(row) in seen:
                continue
            seen.add(tuple(row))
            line = {k: (v if v.strip() else None) for k, v in zip(columns, row)}
            if None in (line["InvoiceDate"], line["Quantity"], line["UnitPrice"]):
                continue  # rejected
            local = datetime.strptime(line["InvoiceDate"].strip(), "%Y-%m-%d %H:%M:%S")
            name = line["Description"]
            if name is not None:
                name = re.sub(" +", " ", name).strip(" ")
            customer = line["CustomerID"]
            if customer is not None:
                customer = re.sub(r"[.]0$", "", customer.strip(" "))
            quantity = int(line["Quantity"])
            yield {
                "month": local.replace(tzinfo=LONDON).astimezone(timezone.utc).strftime("%Y-%m"),
                "country": known[line["Country"].strip().lower()],
                "age_group": "Unknown",  # the source has no ages, so none could be learned
                "customer": customer,
                "product_id": line["StockCode"],
                "product_name": name,
                "category": category(line["StockCode"], name),
                "quantity": quantity,
                "amount": quantity * Decimal(line["UnitPrice"].strip()),
            }


def energy_rows(folder, file, *columns):
    """(hour UTC, price area, values), each different row once."""
    seen = set()
    with gzip.open(folder / file, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            area = row["PriceArea"].strip().upper()
            values = tuple(
                Decimal(row[c].strip().replace(",", ".")) if row[c].strip() else None
                for c in columns
            )
            identity = (row["HourUTC"][:16], area, values)
            if row["HourUTC"].strip() and area and identity not in seen:
                seen.add(identity)
                yield identity


def rounded(number, digits=3):
    """Half up, away from zero, as Hive casts decimals."""
    scaled = Fraction(number) * 10**digits
    whole = math.floor(abs(scaled) + Fraction(1, 2))
    return Decimal(whole if scaled >= 0 else -whole).scaleb(-digits)


def fold(rows, *keys):
    """Orders, units and revenue by some of the columns."""
    sums = defaultdict(lambda: [0, 0, Decimal(0)])
    for row in rows:
        total = sums[tuple(row[k] for k in keys)]
        total[0] += 1
        total[1] += row["quantity"]
        total[2] += row["amount"]
    return sums


def text_order(key):
    """As Hive sorts: texts by their bytes, a missing one last."""
    return tuple((k is None, (k or "").encode()) for k in key)


def sales(lines):
    for name, key in (("category", "category"), ("region", "country")):
        sums = fold(lines, "month", key)
        yield f"sales_by_{name}_and_month", ["month", key, "orders", "units", "revenue"], [
            [*k, *sums[k]] for k in sorted(sums, key=text_order)
        ]
    sums = fold(lines, "month", "age_group")
    columns = ["month", "age_group", "orders", "units", "revenue", "average_order"]
    yield "sales_by_age_group_and_month", columns, [
        [*k, *sums[k], rounded(Fraction(sums[k][2]) / sums[k][0])]
        for k in sorted(sums, key=text_order)
    ]


def products(lines):
    sums = fold(lines, "product_id", "product_name")
    most = sorted(sums, key=lambda k: (-sums[k][1], text_order(k)))[:20]
    columns = ["product_id", "product_name", "units", "orders", "revenue"]
    return "most_purchased_products", columns, [
        [*k, sums[k][1], sums[k][0], sums[k][2]] for k in most
    ]


def demographics(lines):
    named = [line for line in lines if line["customer"] is not None]
    sums = fold(named, "country", "age_group")
    customers = defaultdict(set)
    for line in named:
        customers[line["country"], line["age_group"]].add(line["customer"])
    columns = ["country", "age_group", "customers", "orders", "revenue", "revenue_per_customer"]
    return "customer_demographics", columns, [
        [*k, len(customers[k]), sums[k][0], sums[k][2], rounded(Fraction(sums[k][2]) / len(customers[k]))]
        for k in sorted(sums, key=lambda k: (-len(customers[k]), text_order(k)))
    ]


def trend(lines):
    sums = fold(lines, "month")
    rows = []
    before = None
    for (month,) in sorted(sums):
        orders, units, revenue = sums[month,]
        growth = None
        if before is not None:
            growth = rounded(100 * (Fraction(revenue) - Fraction(before)) / Fraction(before), 2)
        rows.append([month, orders, units, revenue, growth])
        before = revenue
    return "monthly_trend", ["month", "orders", "units", "revenue", "growth_percent"], rows


def average(values):
    return Fraction(sum(values)) / len(values)


def usage(readings):
    by_month = defaultdict(list)
    for hour, area, (load,) in readings:
        by_month[hour[:7], area].append(load)
    columns = ["month", "price_area", "hours", "average_usage", "greatest_usage"]
    return "usage_by_region_and_month", columns, [
        [*k, len(by_month[k]), rounded(average(by_month[k])), max(by_month[k])]
        for k in sorted(by_month)
    ]


def peaks(readings):
    by_hour = defaultdict(list)
    for hour, area, (load,) in readings:
        by_hour[area, int(hour[11:13])].append(load)
    averages = {k: rounded(average(v)) for k, v in by_hour.items()}
    rows = []
    for (area, hour), mean in averages.items():
        greater = sum(1 for (a, _), m in averages.items() if a == area and m > mean)
        rows.append([area, greater + 1, hour, mean])
    return "peak_hours", ["price_area", "place", "hour_of_day", "average_usage"], sorted(rows)


def price_bands(readings, prices):
    load_of = {}
    for hour, area, (load,) in readings:
        load_of[hour, area] = max(load, load_of.get((hour, area), load))
    price_of = {}
    for hour, area, (price,) in prices:
        if price is not None:
            price_of[hour, area] = max(price, price_of.get((hour, area), price))
    bands = defaultdict(list)
    for (hour, area), load in load_of.items():
        if (hour, area) in price_of:
            price = price_of[hour, area]
            bands[area, math.floor(price / 250) * 250].append((price, load))
    columns = ["price_area", "price_from", "hours", "average_price", "average_usage"]
    return "price_against_consumption", columns, [
        [*k, len(bands[k]), rounded(average([p for p, _ in bands[k]])), rounded(average([u for _, u in bands[k]]))]
        for k in sorted(bands)
    ]


def main():
    folder = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE / "expected"
    out.mkdir(exist_ok=True)
    lines = list(order_lines(folder))
    balance = energy_rows(folder, "electricity_balance_dk2_2024.csv.gz", "TotalLoad")
    readings = [row for row in balance if row[2][0] is not None and row[2][0] >= 0]
    prices = list(energy_rows(folder, "elspotprices_2024.csv.gz", "SpotPriceDKK"))
    answers = [
        *sales(lines),
        products(lines),
        demographics(lines),
        trend(lines),
        usage(readings),
        peaks(readings),
        price_bands(readings, prices),
    ]
    for name, columns, rows in answers:
        with open(out / f"{name}.tsv", "w", encoding="utf-8", newline="\n") as file:
            for row in [columns, *rows]:
                file.write("\t".join("" if v is None else str(v) for v in row) + "\n")


main()
