extension SettingsReader {
    /// Reads the `tls` section.
    mutating func readTLS(_ tls: inout TLSFiles) {
        require("tls.ca", &tls.authorityPath, .path)
        require("tls.certificate", &tls.certificatePath, .path)
        require("tls.key", &tls.privateKeyPath, .path)
    }

    /// The secret in a file that a setting names, without line ends at its end; `nil` after noting why there
    /// is none.
    ///
    /// - Parameter noun: what the content should be.
    mutating func readSecretFile(
        _ path: String,
        _ setting: String,
        _ kind: SettingKind<String>,
        noun: String
    ) -> String? {
        do throws(FileProblem) {
            let content = try SmallFile.secret(at: path)
            keepContent(content, of: setting)
            let text = String(decoding: content, as: UTF8.self)
            if let secret = kind.parse(SettingScalar(text: text, isQuoted: true, directory: "/")) {
                return secret
            }
            note(setting, "\(setting) is \(path), whose content is no \(noun); use \(kind.advice)")
        } catch {
            let advice = "use a readable file"
            note(setting, "\(setting) is \(path), which cannot be read: \(error.reason); \(advice)")
        }
        return nil
    }

    /// Reads the `metrics` section.
    mutating func readMetrics(_ metrics: inout MetricsSettings) {
        read("metrics.vllm_names", &metrics.vllmNames, .flag)
    }

    /// Reads the `log` section.
    mutating func readLog(_ log: inout LogSettings) {
        read("log.level", &log.level, .choice)
        read("log.format", &log.format, .choice)
    }

    /// Notes listeners that would take each other's port; each port 0 is another one.
    mutating func checkListeners(_ listeners: [(path: String, endpoint: Endpoint?)]) {
        for (index, listener) in listeners.enumerated() {
            guard let endpoint = listener.endpoint, endpoint.port != 0 else { continue }
            let earlier = listeners[..<index].first { $0.endpoint == endpoint }
            guard let earlier else { continue }
            note(listener.path, "\(listener.path) is \(endpoint), as is \(earlier.path); use another port")
        }
    }
}
