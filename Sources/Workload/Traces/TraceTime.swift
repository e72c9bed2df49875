/// Times as traces write them, to the nanosecond; further digits are dropped.
enum TraceTime {
    /// A decimal number of units of `unit` nanoseconds, a power of ten: `27`, `45.0`, `0.25`; `nil` for
    /// anything else.
    static func decimal(_ text: String, unit: Int64) -> Duration? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = digits(parts[0], atMost: 12) else { return nil }
        guard let part = parts.count == 2 ? fraction(parts[1], of: unit) : 0 else { return nil }
        let (scaled, overflows) = whole.multipliedReportingOverflow(by: unit)
        let (nanoseconds, sumOverflows) = scaled.addingReportingOverflow(part)
        return overflows || sumOverflows ? nil : .nanoseconds(nanoseconds)
    }

    /// `2023-11-16 18:17:03.9799600`, also with `T` and with `Z` or an offset from UTC; since 1970, in UTC.
    static func date(_ text: String) -> Duration? {
        let zone = zone(text)
        let parts = zone.local.split(whereSeparator: { $0 == " " || $0 == "T" })
        guard parts.count == 2, let zoneSeconds = zone.seconds else { return nil }
        let (date, time) = (parts[0].split(separator: "-"), parts[1].split(separator: ":"))
        guard date.count == 3, time.count == 3,
            let year = digits(date[0], atMost: 4), let month = digits(date[1], atMost: 2),
            let day = digits(date[2], atMost: 2), (1970...2261).contains(year), (1...12).contains(month),
            (1...31).contains(day), let hour = digits(time[0], atMost: 2),
            let minute = digits(time[1], atMost: 2), hour < 24, minute < 60,
            let second = decimal(String(time[2]), unit: 1_000_000_000), second < .seconds(61)
        else { return nil }
        let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 - zoneSeconds
        return .seconds(seconds) + second
    }

    /// Days since 1970-01-01 in the Gregorian calendar; years count from March, so that leap days come last.
    ///
    /// Source: H. Hinnant, "chrono-compatible low-level date algorithms" (days_from_civil).
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let marchYear = month > 2 ? year : year - 1
        let (era, yearOfEra) = (marchYear / 400, marchYear % 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The text before `Z` or an offset such as `+02:00`, and the offset in seconds; `nil` seconds if it is
    /// none.
    private static func zone(_ text: String) -> (local: Substring, seconds: Int64?) {
        if text.last == "Z" { return (text.dropLast(), 0) }
        // A minus is an offset only behind the time: dates have theirs in front.
        guard let colon = text.firstIndex(of: ":"),
            let sign = text[colon...].firstIndex(where: { $0 == "+" || $0 == "-" })
        else { return (text[...], 0) }
        let offset = text[text.index(after: sign)...].split(separator: ":", omittingEmptySubsequences: false)
        guard offset.count == 2, let hours = digits(offset[0], atMost: 2), hours < 24,
            let minutes = digits(offset[1], atMost: 2), minutes < 60
        else { return (text[..<sign], nil) }
        let seconds = hours * 3_600 + minutes * 60
        return (text[..<sign], text[sign] == "-" ? -seconds : seconds)
    }

    private static func digits(_ text: Substring, atMost limit: Int) -> Int64? {
        guard !text.isEmpty, text.utf8.count <= limit, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }

    /// The digits after the point, in nanoseconds of a unit.
    private static func fraction(_ text: Substring, of unit: Int64) -> Int64? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        var (sum, place) = (Int64(0), unit)
        for digit in text.utf8 {
            place /= 10
            sum += Int64(digit - 48) * place
        }
        return sum
    }
}
