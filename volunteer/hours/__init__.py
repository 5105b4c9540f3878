"""What somebody did for their neighbours, certified by the team (志愿服务记录证明)."""
