/// A long text of unrelated sentences with codes of places in it, and a question for some of the codes.
///
/// Every place has words of its own, none of which the built-in model saw in training, so that the answer must
/// be found and copied.
struct RetrievalPrompt {
    /// The user's message, the question last.
    let text: String
    /// The whole answer: the sentences that were planted.
    let answer: String

    private static let sights = [
        "silent", "crimson", "dusty", "sleek", "marble", "humble", "velvet", "noisy", "salty", "distant",
    ]
    private static let places = [
        "fountain", "bazaar", "observatory", "cottage", "canyon", "warehouse", "chapel", "vineyard", "quarry",
        "stadium",
    ]
    private static let people = [
        "Anna", "Ben", "Clara", "Emma", "Felix", "Hugo", "Ida", "Leo", "Mia", "Rosa",
    ]
    private static let animals = [
        "cat", "dog", "fox", "owl", "rabbit", "horse", "bear", "duck", "wolf", "frog",
    ]
    private static let things = [
        "lamp", "rope", "map", "key", "kite", "book", "drum", "coat", "bell", "clock",
    ]
    private static let looks = ["blue", "old", "tiny", "quiet", "golden", "broken", "warm", "yellow", "tall"]
    private static let spots = ["harbour", "garden", "tower", "bridge", "market", "river", "museum", "barn"]
    private static let ways = ["walked to", "ran to", "looked for", "waited at", "came back from", "drew"]
    private static let foods = ["apples", "bread", "soup", "cheese", "honey", "rice", "cake"]
    private static let skies = ["rainy", "sunny", "windy", "foggy", "cold", "snowy"]

    /// Builds a prompt of about `tokens` tokens.
    ///
    /// - Parameters:
    ///   - depth: where the first asked code stands, from 0, the start, to 1; the others stand anywhere.
    ///   - facts: planted codes, at most 10.
    ///   - asked: codes that the question asks for, 1 to `facts`.
    ///   - count: tokens of a text.
    init(
        tokens: Int,
        depth: Double,
        facts: Int,
        asked: Int,
        using generator: inout RetrievalGenerator,
        count: (String) -> Int
    ) {
        let sights = Self.sights.shuffled(using: &generator)
        let keys = zip(sights, Self.places.shuffled(using: &generator)).map { "\($0) \($1)" }
        let statements = keys.prefix(facts).map { key in
            let digits = (0..<4).map { _ in String(Int.random(in: 0...9, using: &generator)) }
            return "The code of the \(key) is \(digits.joined())."
        }
        let questions = keys.prefix(asked).map { "what is the code of the \($0)" }
        let question = "W" + questions.joined(separator: ", and ").dropFirst() + "?"
        var room = tokens - count((statements + [question]).joined(separator: " "))
        var sentences: [String] = []
        while room > 0 {
            let sentence = Self.sentence(using: &generator)
            sentences.append(sentence)
            room -= count(" " + sentence)
        }
        for statement in statements.dropFirst() {
            sentences.insert(statement, at: Int.random(in: 0...sentences.count, using: &generator))
        }
        sentences.insert(statements[0], at: Int((depth * Double(sentences.count)).rounded()))
        text = (sentences + [question]).joined(separator: " ")
        answer = statements.prefix(asked).joined(separator: " ")
    }

    private static func sentence(using generator: inout RetrievalGenerator) -> String {
        let (person, thing) = (generator.pick(people), generator.pick(things))
        let spot = "the \(generator.pick(looks)) \(generator.pick(spots))"
        switch Int.random(in: 0..<8, using: &generator) {
        case 0, 1: return "\(person) \(generator.pick(ways)) \(spot)."
        case 2: return "\(person) had a \(generator.pick(looks)) \(thing)."
        case 3: return "A \(generator.pick(animals)) sat near \(spot)."
        case 4: return "It was a \(generator.pick(skies)) morning."
        case 5: return "\(person) gave the \(thing) to \(generator.pick(people))."
        case 6: return "\(person) bought \(Int.random(in: 2..<100, using: &generator)) \(thing)s in \(spot)."
        default:
            return "The \(generator.pick(animals)) and the \(generator.pick(animals)) ate "
                + "\(generator.pick(foods)) together."
        }
    }
}
