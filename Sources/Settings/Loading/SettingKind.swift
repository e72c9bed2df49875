internal import ServingTypes

/// How the values of one kind of setting are written.
struct SettingKind<Value> {
    /// What to use instead of a wrong value: completes "use …".
    let advice: String
    /// The value; `nil` if the text is no such value or outside its limits.
    let parse: (SettingScalar) -> Value?
    /// The value as YAML.
    let show: (Value) -> String
}

extension SettingKind<Int> {
    /// A whole number.
    static func integer(_ range: ClosedRange<Int>) -> SettingKind {
        let advice =
            range.upperBound == .max
            ? "a whole number of at least \(range.lowerBound)"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return SettingKind(advice: advice) { scalar in
            guard let text = scalar.plain, !text.hasPrefix("+"), let value = Int(text) else { return nil }
            return range.contains(value) ? value : nil
        } show: {
            String($0)
        }
    }

    /// A power of two.
    static func powerOfTwo(_ range: ClosedRange<Int>) -> SettingKind {
        let number = SettingKind.integer(range)
        return SettingKind(advice: "a power of two from \(range.lowerBound) to \(range.upperBound)") {
            guard let value = number.parse($0), value.nonzeroBitCount == 1 else { return nil }
            return value
        } show: {
            String($0)
        }
    }

    /// A number of bytes with its unit.
    static func size(_ range: ClosedRange<Int>) -> SettingKind {
        scaled(range, "a size", "8MiB", MeasureUnit.sizes)
    }

    /// Bytes per second, written in bytes or bits.
    static func rate(_ range: ClosedRange<Int>) -> SettingKind {
        scaled(range, "a rate", "100MB/s or 1Gbit/s", MeasureUnit.rates)
    }

    private static func scaled(
        _ range: ClosedRange<Int>,
        _ noun: String,
        _ example: String,
        _ units: [MeasureUnit]
    ) -> SettingKind {
        let low = MeasureUnit.show(range.lowerBound, units)
        let high = MeasureUnit.show(range.upperBound, units)
        return SettingKind(advice: "\(noun) from \(low) to \(high), such as \(example)") { scalar in
            guard let text = scalar.plain, let value = MeasureUnit.parse(text, units) else { return nil }
            return range.contains(value) ? value : nil
        } show: {
            MeasureUnit.show($0, units)
        }
    }
}

extension SettingKind<Duration> {
    /// A time with its unit.
    static func duration(_ range: ClosedRange<Duration>) -> SettingKind {
        let show = { (value: Duration) in MeasureUnit.show(Int(value.nanoseconds), MeasureUnit.times) }
        let advice =
            "a time from \(show(range.lowerBound)) to \(show(range.upperBound)), such as 500ms or 30s"
        return SettingKind(advice: advice) { scalar in
            guard let text = scalar.plain, let count = MeasureUnit.parse(text, MeasureUnit.times) else {
                return nil
            }
            let value = Duration.nanoseconds(count)
            return range.contains(value) ? value : nil
        } show: {
            show($0)
        }
    }
}

extension SettingKind<Double> {
    /// A decimal number.
    static func number(_ range: ClosedRange<Double>) -> SettingKind {
        let advice = "a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))"
        return SettingKind(advice: advice) { scalar in
            guard let text = scalar.plain, text.utf8.allSatisfy({ "0123456789.-eE".utf8.contains($0) }),
                let value = Double(text)
            else { return nil }
            return range.contains(value) ? value : nil
        } show: {
            plain($0)
        }
    }

    private static func plain(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension SettingKind<Double> {
    /// What a link carries, in whole bytes per second, written in bytes or bits.
    static var linkRate: SettingKind {
        let rate = SettingKind<Int>.rate(1_000...1_000_000_000_000)
        return SettingKind(advice: rate.advice) {
            rate.parse($0).map(Double.init)
        } show: {
            rate.show(Int($0))
        }
    }
}

extension SettingKind<KVCodec> {
    /// A codec by its name.
    static var codec: SettingKind {
        let names = KVCodec.allCases.map(\.name)
        let advice = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
        return SettingKind(advice: advice) {
            KVCodec(name: $0.text)
        } show: {
            $0.name
        }
    }
}

extension SettingKind<Bool> {
    /// `true` or `false`.
    static var flag: SettingKind {
        SettingKind(advice: "true or false") { scalar in
            switch scalar.plain {
            case "true": true
            case "false": false
            default: nil
            }
        } show: {
            $0 ? "true" : "false"
        }
    }
}

extension SettingKind<Endpoint> {
    /// `HOST:PORT`.
    static func endpoint(allowsPortZero: Bool) -> SettingKind {
        let ports = allowsPortZero ? "0 to 65535" : "1 to 65535"
        return SettingKind(advice: "HOST:PORT with a port from \(ports)") { scalar in
            guard let value = Endpoint(scalar.text), allowsPortZero || value.port > 0 else { return nil }
            return value
        } show: {
            YAMLText.scalar($0.description)
        }
    }
}

extension SettingKind<String> {
    /// One line of text.
    static func text(_ noun: String, limit: Int) -> SettingKind {
        SettingKind(advice: "\(noun) of 1 to \(limit) characters without control characters") { scalar in
            let isClean = scalar.text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
            return (1...limit).contains(scalar.text.count) && isClean ? scalar.text : nil
        } show: {
            YAMLText.scalar($0)
        }
    }

    /// The name of a process or cluster as certificates allow it.
    static var label: SettingKind {
        let advice = "1 to 63 lower-case letters, digits, '.', '-' or '_', a letter or digit first"
        return SettingKind(advice: advice) { scalar in
            let bytes = scalar.text.utf8
            guard let first = bytes.first, bytes.count <= 63 else { return nil }
            let isAlphanumeric = { (byte: UInt8) in (97...122).contains(byte) || (48...57).contains(byte) }
            let isAllowed = { (byte: UInt8) in isAlphanumeric(byte) || ".-_".utf8.contains(byte) }
            return isAlphanumeric(first) && bytes.allSatisfy(isAllowed) ? scalar.text : nil
        } show: {
            YAMLText.scalar($0)
        }
    }

    /// A host name or numeric address that peers can dial.
    static var host: SettingKind {
        SettingKind(advice: "a host name or address that other workers can reach") { scalar in
            let endpoint = Endpoint(host: scalar.text, port: 0)
            return Endpoint.isHost(scalar.text) && !endpoint.isWildcard ? scalar.text : nil
        } show: {
            YAMLText.scalar($0)
        }
    }

    /// What a client sends as its key: visible ASCII.
    static var key: SettingKind {
        SettingKind(advice: "1 to 512 visible ASCII characters") { scalar in
            let bytes = scalar.text.utf8
            return (1...512).contains(bytes.count) && bytes.allSatisfy { (33...126).contains($0) }
                ? scalar.text : nil
        } show: {
            YAMLText.scalar($0)
        }
    }

    /// A file; relative paths start at the directory of what names them.
    static var path: SettingKind {
        SettingKind(advice: "the path of a file") { scalar in
            let isPath = !scalar.text.isEmpty && !scalar.text.utf8.contains(0)
            return isPath ? FilePath.resolve(scalar.text, in: scalar.directory) : nil
        } show: {
            YAMLText.scalar($0)
        }
    }
}

extension SettingKind where Value: RawRepresentable<String> & CaseIterable {
    /// One of a few words.
    static var choice: SettingKind {
        let words = Value.allCases.map(\.rawValue)
        let advice = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
        return SettingKind(advice: advice) {
            Value(rawValue: $0.text)
        } show: {
            $0.rawValue
        }
    }
}

extension SettingKind<TokenID> {
    /// A token of a vocabulary.
    static var token: SettingKind {
        SettingKind(advice: "a token id from 0 to \(TokenID.max)") { scalar in
            guard let text = scalar.plain, !text.hasPrefix("+") else { return nil }
            return TokenID(text)
        } show: {
            String($0)
        }
    }
}
