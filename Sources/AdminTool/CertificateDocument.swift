internal import Foundation
internal import Transport

/// What `batonctl certs show -o json` prints of each certificate; a key is absent where it says nothing.
struct CertificateDocument: Encodable {
    let file: String
    let identity: String?
    let authority: Bool
    /// Why no peer would accept it; absent for sound ones and authorities.
    let problem: String?
    let subject: String
    let issuer: String
    let serial: String
    /// Time in ISO 8601.
    let expires: String
    let expiresUnixSeconds: Int64

    init(_ info: CertificateInfo, file: String) {
        self.file = file
        authority = info.isAuthority
        switch info.identity {
        case .success(let name): (identity, problem) = ("\(name)", nil)
        case .failure(let error): (identity, problem) = (nil, info.isAuthority ? nil : "\(error)")
        }
        subject = info.subject
        issuer = info.issuer
        serial = info.serial
        expires = Date(timeIntervalSince1970: TimeInterval(info.expiryUnixSeconds)).ISO8601Format()
        expiresUnixSeconds = info.expiryUnixSeconds
    }
}
