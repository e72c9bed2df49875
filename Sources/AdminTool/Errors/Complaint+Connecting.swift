internal import Foundation
internal import ServingTypes

/// Why there is no session with a router.
extension Complaint {
    /// What a connection that did not come about needs; the error's own words are kept.
    static func connecting(_ error: ServingError) -> Complaint {
        let text = error.message
        let known = connectionAdvice.first { text.contains($0.sign) }
        let status = known?.status ?? (error.code == .unauthorized ? .forbidden : .unreachable)
        let general =
            status == .forbidden
            ? "Look at it with batonctl certs show, or name another: --certs and --name."
            : "Is it running, and does it listen there (listen in its settings)?"
        return Complaint(status, "\(text).\n" + (known?.advice ?? general))
    }

    /// What is known to be behind an error, by a part of its text.
    private static let connectionAdvice: [(sign: String, status: ExitStatus, advice: String)] = [
        (
            "Connection refused", .unreachable,
            "Nothing listens there: start the router, or give its address (listen in its settings) "
                + "by --router or BATON_ROUTER."
        ),
        (
            "cannot resolve host", .unreachable,
            "Correct the name, or give an address by --router or BATON_ROUTER."
        ),
        (
            "is not trusted", .forbidden,
            "Its certificate comes from another authority than ca.pem in the folder of --certs: use the "
                + "folder of this cluster (--certs or BATON_CERTS), or another router."
        ),
        (
            "refused the connection with TLS alert", .forbidden,
            "The router does not trust this certificate, or it has expired: look at it with "
                + "batonctl certs show, and issue it anew with batonctl certs issue --force."
        ),
        (
            "does not speak TLS", .unreachable,
            "That port is another one, such as the API's: give the router's own (listen in its settings) "
                + "by --router or BATON_ROUTER."
        ),
        (
            "does not speak baton/1", .unreachable,
            "Something else answers at that address: give the router's own (listen in its settings) "
                + "by --router."
        ),
        (
            "within", .unreachable,
            "It does not answer in time: is the host up, is its name known here, and does a firewall let the "
                + "port through? A busy router may need a longer --timeout."
        ),
        (
            "took longer than", .unreachable,
            "It does not answer in time: is the host up, and does a firewall let the port through?"
        ),
    ]

    /// What is wrong with the files of a certificate before anything is opened; `nil` when all can be read.
    static func missingCertificate(folder: String, name: String) -> Complaint? {
        let files = FileManager.default
        let place = "Or say where it is: --certs or BATON_CERTS, and --name or BATON_NAME."
        for file in ["ca.pem", "\(name).pem", "\(name)-key.pem"] {
            let path = "\(folder)/\(file)"
            guard files.fileExists(atPath: path) else {
                let make =
                    file == "ca.pem"
                    ? "copy it from the cluster, or begin one:\n"
                        + "  batonctl certs init --cluster NAME --directory \(folder)"
                    : "make it:\n  batonctl certs issue --name \(name) --roles admin --directory \(folder)"
                return Complaint(.forbidden, "there is no certificate \(path): \(make)\n\(place)")
            }
            guard files.isReadableFile(atPath: path) else {
                return Complaint(
                    .forbidden,
                    "cannot read \(path): it belongs to somebody else; run as its owner.\n\(place)"
                )
            }
        }
        return nil
    }
}
