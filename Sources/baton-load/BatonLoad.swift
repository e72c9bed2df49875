internal import LoadTool

@main
enum BatonLoad {
    static func main() { LoadCommand.main() }
}
