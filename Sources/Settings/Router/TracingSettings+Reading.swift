extension TracingSettings {
    /// Reads the `tracing` section.
    mutating func read(from reader: inout SettingsReader) {
        reader.readOptional("tracing.endpoint", &endpoint, .collector)
        reader.readOptional("tracing.ca", &authorityPath, .path)
        headers = Self.readHeaders(from: &reader)
        reader.read("tracing.sample_ratio", &sampleRatio, .number(0...1))
        reader.read("tracing.timeout", &timeout, .duration(.milliseconds(100)...(.seconds(60))))
        reader.read("tracing.queue_limit", &queueLimit, .integer(1...1_000_000))
        if let endpoint, authorityPath != nil, !endpoint.hasPrefix("https:") {
            reader.note(
                "tracing.ca",
                "tracing.ca is given, but \(endpoint) is not encrypted; use https or no ca"
            )
        }
    }

    private static func readHeaders(from reader: inout SettingsReader) -> [Header] {
        var headers: [Header] = []
        for entry in reader.sections("tracing.headers", limit: 32) {
            var (name, value, file) = ("", String?.none, String?.none)
            reader.require("\(entry).name", &name, .headerName)
            reader.readSecret("\(entry).value", &value, .headerValue)
            reader.readOptional("\(entry).value_file", &file, .path)
            if reader.isSet("\(entry).value") == reader.isSet("\(entry).value_file") {
                reader.note(entry, "\(entry) needs exactly one of value and value_file")
            }
            if let file {
                value = reader.readSecretFile(file, "\(entry).value_file", .headerValue, noun: "header value")
            }
            if headers.contains(where: { $0.name.lowercased() == name.lowercased() }) {
                reader.note(
                    "\(entry).name",
                    "\(entry).name is \(name), as is an earlier entry's; use each once"
                )
            }
            headers.append(Header(name: name, value: value ?? ""))
        }
        return headers
    }
}

extension SettingKind<String> {
    /// Path of OTLP's traces where an endpoint names none.
    private static var tracesPath: String { "/v1/traces" }

    /// The URL of a collector; without a path, OTLP's own is added.
    fileprivate static var collector: SettingKind {
        let advice = "the URL of an OTLP/HTTP collector, such as http://127.0.0.1:4318"
        return SettingKind(advice: advice) { scalar in
            let schemes = ["http://", "https://"]
            guard let scheme = schemes.first(where: { scalar.text.hasPrefix($0) }),
                scalar.text.utf8.count <= 2_048,
                scalar.text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") })
            else { return nil }
            let rest = scalar.text.dropFirst(scheme.count)
            let authority = rest.prefix { $0 != "/" && $0 != "?" }
            let path = rest.dropFirst(authority.count)
            // Endpoint's rules for hosts and ports hold here, too; a name or password belongs into a header.
            let lacksPort = authority.hasPrefix("[") ? authority.hasSuffix("]") : !authority.contains(":")
            let endpoint = Endpoint(lacksPort ? "\(authority):1" : String(authority))
            guard let endpoint, endpoint.port > 0 else { return nil }
            return scheme + authority + (path.isEmpty || path == "/" ? tracesPath : String(path))
        } show: {
            YAMLText.scalar($0)
        }
    }

    /// The name of an HTTP header that an export may set.
    fileprivate static var headerName: SettingKind {
        let advice = "the name of a header other than Host, Content-Type, Content-Length or Transfer-Encoding"
        return SettingKind(advice: advice) { scalar in
            let own = ["host", "content-type", "content-length", "transfer-encoding"]
            let isName =
                (1...128).contains(scalar.text.utf8.count)
                && scalar.text.utf8.allSatisfy { byte in
                    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                        || "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            return isName && !own.contains(scalar.text.lowercased()) ? scalar.text : nil
        } show: {
            YAMLText.scalar($0)
        }
    }

    /// What an HTTP header may say.
    fileprivate static var headerValue: SettingKind {
        SettingKind(advice: "1 to 4096 visible ASCII characters and spaces, none at the ends") { scalar in
            let bytes = scalar.text.utf8
            let isClean = bytes.allSatisfy { (0x20...0x7E).contains($0) }
            return (1...4_096).contains(bytes.count) && isClean && bytes.first != 0x20 && bytes.last != 0x20
                ? scalar.text : nil
        } show: {
            YAMLText.scalar($0)
        }
    }
}
