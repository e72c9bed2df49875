extension SettingsReader {
    /// Reads the `tls` section.
    mutating func readTLS(_ tls: inout TLSFiles) {
        require("tls.ca", &tls.authorityPath, .path)
        require("tls.certificate", &tls.certificatePath, .path)
        require("tls.key", &tls.privateKeyPath, .path)
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
