/// The classes that clients may ask for; what each allows is the router's affair.
public struct RequestClasses: Equatable, Sendable {
    /// Every class, in the order of the documentation.
    public var names: [String]
    /// Class of requests that name none.
    public var standard: String

    /// Only the built-in class unless told otherwise.
    public init(names: [String] = ["exact"], standard: String = "exact") {
        self.names = names
        self.standard = standard
    }

    /// The class of a request: what the body names, else the header, else the default.
    ///
    /// - Parameter header: `X-Request-Class`; not looked at when the body names a class.
    func name(in body: FieldReader, header: String?) throws(APIError) -> String {
        if let name = try body.string("request_class") { return try checked(name, from: "request_class") }
        guard let header else { return standard }
        return try checked(header, from: "X-Request-Class")
    }

    private func checked(_ name: String, from place: String) throws(APIError) -> String {
        guard names.contains(name) else {
            let shown = name.prefix(60).debugDescription
            throw .badField(
                place,
                "\(place) must be one of \(names.joined(separator: ", ")), got \(shown)"
            )
        }
        return name
    }
}
